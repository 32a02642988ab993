//! `rules.tsv` as data, and the switches that its conditions speak of.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Message,
    SnoozeEnded,
    WindowClosing,
    NewLead,
    FollowUpDue,
    FailedMessage,
    ReviewItem,
    LineDown,
    LineBack,
    StreamLost,
    Backlog,
    TestAtStart,
    TestOnDemand,
}

impl Kind {
    pub const ALL: [Kind; 13] = [
        Kind::Message,
        Kind::SnoozeEnded,
        Kind::WindowClosing,
        Kind::NewLead,
        Kind::FollowUpDue,
        Kind::FailedMessage,
        Kind::ReviewItem,
        Kind::LineDown,
        Kind::LineBack,
        Kind::StreamLost,
        Kind::Backlog,
        Kind::TestAtStart,
        Kind::TestOnDemand,
    ];

    pub fn is_chat(self) -> bool {
        matches!(self, Kind::Message | Kind::SnoozeEnded | Kind::WindowClosing | Kind::NewLead | Kind::FailedMessage)
    }

    fn is_test(self) -> bool {
        matches!(self, Kind::TestAtStart | Kind::TestOnDemand)
    }

    /// The events of a word in the table.
    fn of(group: &str) -> Vec<Kind> {
        let all = Kind::ALL.into_iter();
        match group {
            "chat" => all.filter(|kind| kind.is_chat()).collect(),
            "all" => all.filter(|kind| !kind.is_test()).collect(),
            "test" => all.filter(|kind| kind.is_test()).collect(),
            "message" => vec![Kind::Message],
            "snooze_ended" => vec![Kind::SnoozeEnded],
            "window_closing" => vec![Kind::WindowClosing],
            "new_lead" => vec![Kind::NewLead],
            "follow_up_due" => vec![Kind::FollowUpDue],
            "failed_message" => vec![Kind::FailedMessage],
            "review_item" => vec![Kind::ReviewItem],
            "line_down" => vec![Kind::LineDown],
            "line_back" => vec![Kind::LineBack],
            "stream_lost" => vec![Kind::StreamLost],
            "backlog" => vec![Kind::Backlog],
            other => panic!("{other} is no event"),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Closed,
    Behind,
    OnAnotherChat,
    OnThisChat,
    /// In the reply box, in front of other programs.
    BoxOnAnotherChat,
    BoxOnThisChat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dnd {
    Off,
    Followed,
    NotFollowed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focused {
    Nothing,
    SoftTone,
    Always,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    Nobody,
    /// Within 60 s, and after the last input here.
    Later,
    /// Within 60 s, and before the last input here.
    Earlier,
}

/// Everything that a rule may ask about.
#[derive(Clone, Copy, Debug)]
pub struct Switches {
    pub kind: Kind,
    pub may_open: bool,
    pub blocked: bool,
    pub history: bool,
    pub read: bool,
    pub snoozed: bool,
    pub chat_muted: bool,
    pub line_muted: bool,
    pub other_line: bool,
    pub banner_on: bool,
    pub sound_on: bool,
    pub badge_on: bool,
    pub place: Place,
    pub muted: bool,
    pub quiet_hours: bool,
    pub dnd: Dnd,
    pub focused: Focused,
    pub elsewhere: Elsewhere,
    pub volume_zero: bool,
}

impl Switches {
    /// Everything on, nobody in the way.
    pub fn plain(kind: Kind) -> Self {
        Self {
            kind,
            may_open: true,
            blocked: false,
            history: false,
            read: false,
            snoozed: false,
            chat_muted: false,
            line_muted: false,
            other_line: false,
            banner_on: true,
            sound_on: true,
            badge_on: true,
            place: Place::Closed,
            muted: false,
            quiet_hours: false,
            dnd: Dnd::Off,
            focused: Focused::SoftTone,
            elsewhere: Elsewhere::Nobody,
            volume_zero: false,
        }
    }

    /// The window, which shows the other chats too. The reply box shows one.
    fn is_focused(&self) -> bool {
        matches!(self.place, Place::OnAnotherChat | Place::OnThisChat)
    }

    pub fn wants_soft_tone(&self) -> bool {
        let in_the_window = self.kind.is_chat() || matches!(self.kind, Kind::Backlog | Kind::ReviewItem);
        in_the_window && self.is_focused() && self.focused == Focused::SoftTone
    }
}

/// What the words of a condition ask.
fn condition(words: &str) -> fn(&Switches) -> bool {
    match words {
        "always" => |_| true,
        "the self-test of every start" => |switches| switches.kind == Kind::TestAtStart,
        "the chat may not be opened" => |switches| !switches.may_open,
        "the contact is blocked" => |switches| switches.blocked,
        "imported history" => |switches| switches.history,
        "read or closed meanwhile" => |switches| switches.read,
        "snoozed although they wrote" => |switches| switches.snoozed,
        "the chat is muted" => |switches| switches.chat_muted,
        "the line is muted" => |switches| switches.line_muted,
        "the focus is on another line" => |switches| switches.other_line,
        "its banner is switched off" => |switches| !switches.banner_on,
        "its sound is switched off" => |switches| !switches.sound_on,
        "its badge is switched off" => |switches| !switches.badge_on,
        "everything is muted by hand" => |switches| switches.muted,
        "the chat is under my eyes" => |switches| matches!(switches.place, Place::OnThisChat | Place::BoxOnThisChat),
        "quiet hours" => |switches| switches.quiet_hours,
        "the system does not want to be disturbed, and we follow" => |switches| switches.dnd == Dnd::Followed,
        "focused, and then nothing" => |switches| switches.is_focused() && switches.focused == Focused::Nothing,
        "focused, and then a soft tone" => |switches| switches.is_focused() && switches.focused == Focused::SoftTone,
        "another device has the later input, within 60 s" => |switches| switches.elsewhere == Elsewhere::Later,
        "the volume is 0" => |switches| switches.volume_zero,
        other => panic!("no switch says whether {other}"),
    }
}

#[derive(Debug)]
pub struct Rule {
    pub row: &'static str,
    pub when: &'static str,
    met: fn(&Switches) -> bool,
    events: Vec<Kind>,
    says: [Option<&'static str>; 3],
}

pub fn rules() -> Vec<Rule> {
    let lines = include_str!("rules.tsv").lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let cells: Vec<&'static str> = line.split('\t').collect();
            let [row, when, events, says @ ..] = cells.as_slice() else { panic!("a rule is six cells: {line}") };
            let says: [&'static str; 3] = says.try_into().expect("a rule ends with banner, sound and badge");
            Rule {
                row,
                when,
                met: condition(when),
                events: events.split(',').flat_map(Kind::of).collect(),
                says: says.map(|word| (word != "-").then_some(word)),
            }
        })
        .collect()
}

/// What the table says of banner, sound and badge; "done" where no rule speaks.
pub fn told(rules: &[Rule], switches: &Switches) -> [&'static str; 3] {
    told_by(rules, switches)
}

pub fn told_by<'a>(rules: impl IntoIterator<Item = &'a Rule>, switches: &Switches) -> [&'static str; 3] {
    let mut told: [Option<&'static str>; 3] = [None; 3];
    for rule in rules {
        let speaks = rule.says.iter().zip(&told).any(|(says, told)| says.is_some() && told.is_none());
        if speaks && rule.events.contains(&switches.kind) && (rule.met)(switches) {
            for (told, says) in told.iter_mut().zip(&rule.says) {
                *told = told.or(*says);
            }
        }
    }
    told.map(|word| word.unwrap_or("done"))
}
