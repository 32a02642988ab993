//! The desktop shell: windows, the bridge to the web UI, and nothing that decides.
pub fn run() {}
