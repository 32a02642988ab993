//! Which time of the day is meant.

use chrono::NaiveTime;

/// The part of the day that a time is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    Am,
    Pm,
    /// After midnight: "de la madrugada".
    Dawn,
    Morning,
    /// Around twelve: "12 del día".
    Noon,
    Afternoon,
    Evening,
}

impl Half {
    /// For "tomorrow morning". Who says "de madrugada" has to say when.
    pub(super) fn usual_hour(self) -> Option<u32> {
        match self {
            Half::Morning => Some(super::MORNING),
            Half::Afternoon => Some(15),
            Half::Evening => Some(20),
            Half::Noon => Some(12),
            Half::Am | Half::Pm | Half::Dawn => None,
        }
    }

    /// 24 is the end of the day. `None`: no such hour in this part of it, or two of them (twelve
    /// "in the morning" is noon for some and midnight for others).
    fn hour(self, hour: u32) -> Option<u32> {
        match (self, hour) {
            (Half::Am, 12) => Some(0),
            (Half::Am, 0..=11) => Some(hour),
            (Half::Pm, 1..=11) => Some(hour + 12),
            (Half::Pm, 12..=23) => Some(hour),
            (Half::Dawn, 12) => Some(0),
            (Half::Dawn, 0..=6) => Some(hour),
            (Half::Morning, 1..=11) => Some(hour),
            (Half::Noon, 1..=3) => Some(hour + 12),
            (Half::Noon, 12..=15) => Some(hour),
            (Half::Afternoon, 1..=11) => Some(hour + 12),
            (Half::Afternoon, 12..=20) => Some(hour),
            (Half::Evening, 5..=11) => Some(hour + 12),
            (Half::Evening, 12) => Some(24),
            (Half::Evening, 17..=23) => Some(hour),
            _ => None,
        }
    }
}

/// How sure the writing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// "15:00", "05:30", "noon"
    Exact,
    /// "5:30", "5h": 1 to 6 is the afternoon, as shops are open then.
    Short,
    /// "at 5", "5 y media": the same, and "today at 8" in the afternoon is this evening.
    Spoken,
    /// A number alone: an hour, or the day of a month.
    Figure,
    /// A number in letters, an hour only where it is said to be one: "once" is English too.
    Spelled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    pub hour: u32,
    pub minute: u32,
    pub half: Option<Half>,
    pub written: Written,
}

/// A time, perhaps of the night that ends the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TimeOfDay {
    pub time: NaiveTime,
    pub days: u64,
}

impl TimeOfDay {
    pub(super) fn at_hour(hour: u32) -> Option<Self> {
        Some(Self { time: NaiveTime::from_hms_opt(hour, 0, 0)?, days: 0 })
    }
}

impl Clock {
    /// `None`: no such time, or the part of the day says otherwise than the hour.
    pub(super) fn time(self, beside: Option<Half>) -> Option<TimeOfDay> {
        let of = |half: Half| half.hour(self.hour);
        let hour = match (self.half, beside) {
            (Some(one), Some(other)) => of(one).filter(|hour| of(other) == Some(*hour))?,
            (Some(half), None) | (None, Some(half)) => of(half)?,
            (None, None) if self.written != Written::Exact && (1..=6).contains(&self.hour) => self.hour + 12,
            (None, None) => self.hour,
        };
        // Midnight and what is said to be after it: "12 y media de la noche".
        let (hour, days) = if hour == 24 && (self.half.is_some() || beside.is_some()) { (0, 1) } else { (hour, 0) };
        Some(TimeOfDay { time: NaiveTime::from_hms_opt(hour, self.minute, 0)?, days })
    }

    /// The hour that has passed is tonight's: "today at 8" after lunch.
    pub(super) fn tonight(self) -> Option<Self> {
        let is_spoken = !matches!(self.written, Written::Exact | Written::Short);
        let can = self.half.is_none() && is_spoken && (7..=11).contains(&self.hour);
        can.then_some(Self { hour: self.hour + 12, ..self })
    }
}
