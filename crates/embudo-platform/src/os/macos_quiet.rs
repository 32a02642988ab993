//! macOS: no public call tells a program of Focus or of another program's share. The system
//! holds back our banners by its own rules.

use crate::quiet::SystemQuiet;

pub(crate) fn quiet() -> SystemQuiet {
    SystemQuiet::untold()
}
