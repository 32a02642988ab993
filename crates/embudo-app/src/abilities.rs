//! What the composer must know of a channel before it has spoken to it.

use crate::api::AbilitiesView;
use crate::files::Limits;
use embudo_channels::{simulator, telegram};
use embudo_domain::LineType;

pub struct Abilities {
    pub can_edit: bool,
    pub receipts: bool,
    /// We may write first.
    pub can_start: bool,
    /// In UTF-16 units, as the channels count.
    pub max_text_units: u32,
    pub max_caption_units: u32,
    pub max_upload_bytes: u64,
    pub max_photo_bytes: u64,
    pub max_video_bytes: u64,
    pub max_audio_bytes: u64,
}

pub fn of(line_type: LineType) -> Abilities {
    match line_type {
        LineType::TelegramBot => Abilities {
            can_edit: true,
            receipts: false,
            can_start: false,
            max_text_units: telegram::MAX_TEXT_UNITS,
            max_caption_units: telegram::MAX_CAPTION_UNITS,
            max_upload_bytes: telegram::MAX_UPLOAD_BYTES,
            max_photo_bytes: telegram::MAX_PHOTO_BYTES,
            max_video_bytes: telegram::MAX_UPLOAD_BYTES,
            max_audio_bytes: telegram::MAX_UPLOAD_BYTES,
        },
        // Nothing goes by it.
        LineType::WhatsappExport => Abilities {
            can_edit: false,
            receipts: false,
            can_start: false,
            max_text_units: 0,
            max_caption_units: 0,
            max_upload_bytes: 0,
            max_photo_bytes: 0,
            max_video_bytes: 0,
            max_audio_bytes: 0,
        },
        LineType::Simulator => {
            let default = simulator::default_abilities();
            Abilities {
                can_edit: default.can_edit,
                receipts: default.receipts,
                can_start: default.can_start,
                max_text_units: default.max_text_chars,
                max_caption_units: default.max_caption_chars,
                max_upload_bytes: default.max_upload_bytes,
                max_photo_bytes: default.max_photo_bytes,
                max_video_bytes: default.max_video_bytes,
                max_audio_bytes: default.max_audio_bytes,
            }
        }
    }
}

impl Abilities {
    pub fn view(&self) -> AbilitiesView {
        AbilitiesView {
            can_edit: self.can_edit,
            receipts: self.receipts,
            max_text_chars: self.max_text_units,
            max_upload_bytes: self.max_upload_bytes,
            max_photo_bytes: self.max_photo_bytes,
            max_video_bytes: self.max_video_bytes,
            max_audio_bytes: self.max_audio_bytes,
        }
    }

    pub fn limits(&self) -> Limits {
        Limits {
            file_bytes: self.max_upload_bytes,
            photo_bytes: self.max_photo_bytes,
            video_bytes: self.max_video_bytes,
            audio_bytes: self.max_audio_bytes,
        }
    }
}

/// For a file that no chat waits for yet (a quick reply's): what the most generous channel takes.
/// What it meets is checked when it is sent.
pub fn widest() -> Limits {
    let all = [LineType::TelegramBot, LineType::Simulator].map(|line_type| of(line_type).limits());
    let most = |of: fn(&Limits) -> u64| all.iter().map(of).max().unwrap_or_default();
    Limits {
        file_bytes: most(|limits| limits.file_bytes),
        photo_bytes: most(|limits| limits.photo_bytes),
        video_bytes: most(|limits| limits.video_bytes),
        audio_bytes: most(|limits| limits.audio_bytes),
    }
}

/// Length as the channels count it.
pub fn units(text: &str) -> usize {
    text.encode_utf16().count()
}
