//! What a message says: words, a file with or without its bytes, or that it was taken back. The
//! phones write it in their language.

use super::line::{bare, is_mark};
use super::{FileKind, Said};

/// What WhatsApp puts before its own words. People paste the other marks, around numbers for one.
const WHATSAPPS_MARK: char = '\u{200e}';

pub struct Body {
    pub said: Said,
    pub text: String,
    pub edited: bool,
}

/// Behind the name of a file, as Android writes it.
const BEHIND: &[&str] = &["(file attached)", "(archivo adjunto)", "(arquivo anexado)"];
/// Before it, as iPhones do.
const BEFORE: &[&str] = &["<attached: ", "<adjunto: ", "<anexado: ", "<archivo adjunto: ", "<arquivo anexado: "];
/// Of a chat that was exported without its files.
const LEFT_OUT: &[&str] = &[
    "<media omitted>",
    "<multimedia omitido>",
    "<archivo omitido>",
    "<mídia oculta>",
    "<arquivo de mídia oculto>",
    "<mídia omitida>",
];
/// The same on iPhones, which name the kind.
const LEFT_OUT_KINDS: &[(FileKind, &[&str])] = &[
    (FileKind::Image, &["image omitted", "imagen omitida", "imagem ocultada", "imagem omitida"]),
    (
        FileKind::Video,
        &[
            "video omitted",
            "video omitido",
            "vídeo omitido",
            "vídeo ocultado",
            "video note omitted",
            "nota de video omitida",
            "nota de vídeo omitida",
        ],
    ),
    (FileKind::Audio, &["audio omitted", "audio omitido", "áudio ocultado", "áudio omitido"]),
    (FileKind::Sticker, &["sticker omitted", "sticker omitido", "figurinha omitida", "figurinha ocultada"]),
    (FileKind::Animation, &["gif omitted", "gif omitido", "gif ocultado"]),
    (
        FileKind::Document,
        &[
            "document omitted",
            "documento omitido",
            "documento ocultado",
            "contact card omitted",
            "tarjeta de contacto omitida",
            "cartão do contato omitido",
        ],
    ),
];
const DELETED: &[&str] = &[
    "this message was deleted",
    "you deleted this message",
    "this message was deleted by admin",
    "se eliminó este mensaje",
    "este mensaje fue eliminado",
    "este mensaje se eliminó",
    "eliminaste este mensaje",
    "esta mensagem foi apagada",
    "mensagem apagada",
    "você apagou esta mensagem",
    "essa mensagem foi apagada",
];
const EDITED: &[&str] = &[
    "<this message was edited>",
    "<se editó este mensaje>",
    "<se editó este mensaje.>",
    "<este mensaje fue editado>",
    "<mensaje editado>",
    "<mensagem editada>",
    "<esta mensagem foi editada>",
];
/// Of groups alone.
const GROUP: &[&str] = &[
    "created group",
    "created this group",
    "created the group",
    "creó el grupo",
    "creó este grupo",
    "creaste el grupo",
    "criou o grupo",
    "criou este grupo",
    "added you",
    "te añadió",
    "te agregó",
    "adicionou você",
    "joined using this group",
    "se unió usando el enlace",
    "entrou usando o link",
];

pub fn tells_of_a_group(notice: &str) -> bool {
    let notice = notice.to_lowercase();
    GROUP.iter().any(|words| notice.contains(words))
}

/// The end of `text` that is one of these, whatever its capitals; gives what stands before it.
fn before_end<'a>(text: &'a str, ends: &[&str]) -> Option<&'a str> {
    ends.iter().find_map(|end| {
        let chars = end.chars().count();
        let (at, _) = text.char_indices().rev().nth(chars.checked_sub(1)?)?;
        (text[at..].to_lowercase() == **end).then(|| &text[..at])
    })
}

/// A name that a file in the archive can have.
fn file_name(name: &str) -> Option<String> {
    let name = bare(name);
    let is_one = !name.is_empty() && name.chars().count() <= 255 && !name.contains(['/', '\\', '\n', '\0']);
    is_one.then(|| name.to_owned())
}

/// `None`: not somebody's words. iPhones put a person's name also before what WhatsApp says, and a
/// mark between.
pub fn read(text: &str, brackets: bool) -> Option<Body> {
    let is_marked = text.starts_with(WHATSAPPS_MARK);
    let said = |said: Said, text: &str, edited: bool| Some(Body { said, text: words(text), edited });
    let (text, edited) = match before_end(text.trim_end_matches(|c: char| is_mark(c) || c.is_whitespace()), EDITED) {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let whole = bare(text);
    let lower = whole.to_lowercase();
    if DELETED.contains(&lower.trim_end_matches('.')) {
        return said(Said::Deleted, "", false);
    }
    if let Some((name, caption)) = attached(whole) {
        return said(Said::File { name }, caption, edited);
    }
    let (first, more) = whole.split_once('\n').unwrap_or((whole, ""));
    if LEFT_OUT.contains(&bare(first).to_lowercase().as_str()) {
        return said(Said::LeftOut { kind: None }, more, edited);
    }
    if let Some(caption) = before_end(whole, LEFT_OUT) {
        return said(Said::LeftOut { kind: None }, caption, edited);
    }
    let of_kind = |(kind, ends): &(FileKind, &[&str])| Some((*kind, before_end(whole, ends)?));
    if brackets && let Some((kind, before)) = LEFT_OUT_KINDS.iter().find_map(of_kind) {
        // A person may write these words too; then they stand in a sentence and without a mark.
        let caption = bare(before);
        if caption.is_empty() || before.ends_with(WHATSAPPS_MARK) {
            return said(Said::LeftOut { kind: Some(kind) }, caption, edited);
        }
    }
    if brackets && is_marked && !is_marked_words(&lower) {
        return None;
    }
    Some(Body { said: Said::Text, text: words(text), edited })
}

/// What people sent and WhatsApp had to put into words.
fn is_marked_words(lower: &str) -> bool {
    const SENT: &[&str] = &["location: ", "ubicación: ", "localização: ", "poll:", "encuesta:", "enquete:", "http"];
    SENT.iter().any(|begin| lower.starts_with(begin))
}

/// The name of a file and its caption.
fn attached(text: &str) -> Option<(String, &str)> {
    let (first, more) = text.split_once('\n').unwrap_or((text, ""));
    let first = bare(first);
    if let Some(name) = before_end(first, BEHIND).and_then(file_name) {
        return Some((name, more));
    }
    let open = BEFORE.iter().find_map(|begin| text.rfind(begin).map(|at| (at, begin.len())));
    let (at, length) = open?;
    let name = text[at + length..].strip_suffix('>')?;
    let name = file_name(name)?;
    // Of a document the phone tells name and pages before it.
    let caption = bare(&text[..at]);
    let of_document = caption.split_once(" • ").is_some_and(|(document, _)| name.ends_with(bare(document)));
    Some((name, if of_document { "" } else { caption }))
}

/// Without the marks around it and in it that the phone put there, and without spaces at its end.
fn words(text: &str) -> String {
    text.trim_start_matches(is_mark).trim_end_matches(|c: char| is_mark(c) || c.is_whitespace()).to_owned()
}
