//! What a text is written in.

use encoding_rs::{Encoding, UTF_8};

/// The text and the name of its encoding. A mark at its beginning says it; else what is UTF-8 is
/// UTF-8; else it is guessed as browsers do, for people in Brazil: of texts that are short and
/// mostly Latin the Western ones win.
pub fn decode(bytes: &[u8], chosen: Option<&str>) -> (String, &'static str) {
    let chosen = chosen.and_then(|label| Encoding::for_label(label.as_bytes()));
    let encoding = match (chosen, Encoding::for_bom(bytes)) {
        (Some(chosen), _) => chosen,
        (None, Some((marked, _))) => marked,
        (None, None) if std::str::from_utf8(bytes).is_ok() => UTF_8,
        (None, None) => {
            let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
            detector.feed(bytes, true);
            detector.guess(Some(b"br"), chardetng::Utf8Detection::Deny)
        }
    };
    let (text, actual, _) = encoding.decode(bytes);
    (text.into_owned(), actual.name())
}
