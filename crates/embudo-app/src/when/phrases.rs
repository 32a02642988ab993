//! What people say in several words or one, in the three languages, without accents.

use super::clock::{Clock, Half, Written};
use super::day::Day;
use super::words::{Unit, Word};

const NOON: Word = Word::Clock(Clock { hour: 12, minute: 0, half: Some(Half::Pm), written: Written::Exact });
/// The one that ends the day: "hoy a medianoche" is still to come.
const MIDNIGHT: Word = Word::Clock(Clock { hour: 12, minute: 0, half: Some(Half::Evening), written: Written::Exact });
const TODAY: Word = Word::Day(Day::Today);
const TOMORROW: Word = Word::Day(Day::After(1));
const AFTER_TOMORROW: Word = Word::Day(Day::After(2));
const NEXT_WEEK: Word = Word::Day(Day::NextWeek);
const WEEKEND: Word = Word::Day(Day::Weekend);
const NEXT_MONTH: Word = Word::Day(Day::OfMonth { day: 1, months: Some(1) });
const MONTH_END: Word = Word::Day(Day::LastOfMonth { months: None });
const THIS_MONTH_END: Word = Word::Day(Day::LastOfMonth { months: Some(0) });
const NEXT_MONTH_END: Word = Word::Day(Day::LastOfMonth { months: Some(1) });
const DAWN: Word = Word::Half(Half::Dawn);
const MORNING: Word = Word::Half(Half::Morning);
const MIDDAY: Word = Word::Half(Half::Noon);
const AFTERNOON: Word = Word::Half(Half::Afternoon);
const EVENING: Word = Word::Half(Half::Evening);

const fn hours(amount: f64) -> Word {
    Word::Span { amount, unit: Unit::Hour, hour: None }
}

/// The longest that fits is meant. `[]`: words without a meaning of their own.
///
/// A word of two languages stands here once, for both mean the same by it. Spanish "mañana" is
/// tomorrow unless it is said to be a part of the day ("en la mañana", "esta mañana");
/// Portuguese "manhã" never is a day. "Hoy" and "hoje" are of the calendar and over at midnight,
/// like "tonight", "esta noche" and "hoje à noite": said too late they are no moment.
pub(super) const PHRASES: &[(&str, &[Word])] = &[
    // days
    ("today", &[TODAY]),
    ("hoy", &[TODAY]),
    ("hoy mismo", &[TODAY]),
    ("hoje", &[TODAY]),
    ("hoje mesmo", &[TODAY]),
    ("tomorrow", &[TOMORROW]),
    ("tmr", &[TOMORROW]),
    ("tom", &[TOMORROW]),
    ("manana", &[TOMORROW]),
    ("manana mismo", &[TOMORROW]),
    ("amanha", &[TOMORROW]),
    ("day after tomorrow", &[AFTER_TOMORROW]),
    ("the day after tomorrow", &[AFTER_TOMORROW]),
    ("pasado manana", &[AFTER_TOMORROW]),
    ("depois de amanha", &[AFTER_TOMORROW]),
    // weeks
    ("next week", &[NEXT_WEEK]),
    ("of next week", &[NEXT_WEEK]),
    ("proxima semana", &[NEXT_WEEK]),
    ("semana proxima", &[NEXT_WEEK]),
    ("de la proxima semana", &[NEXT_WEEK]),
    ("de la semana proxima", &[NEXT_WEEK]),
    ("da proxima semana", &[NEXT_WEEK]),
    ("semana que viene", &[NEXT_WEEK]),
    ("de la semana que viene", &[NEXT_WEEK]),
    ("semana que entra", &[NEXT_WEEK]),
    ("de la semana que entra", &[NEXT_WEEK]),
    ("semana que vem", &[NEXT_WEEK]),
    ("da semana que vem", &[NEXT_WEEK]),
    ("weekend", &[WEEKEND]),
    ("finde", &[WEEKEND]),
    ("fin de semana", &[WEEKEND]),
    ("fim de semana", &[WEEKEND]),
    // months
    ("next month", &[NEXT_MONTH]),
    ("proximo mes", &[NEXT_MONTH]),
    ("mes proximo", &[NEXT_MONTH]),
    ("mes que viene", &[NEXT_MONTH]),
    ("mes que entra", &[NEXT_MONTH]),
    ("mes que vem", &[NEXT_MONTH]),
    ("end of month", &[MONTH_END]),
    ("end of the month", &[MONTH_END]),
    ("at the end of the month", &[MONTH_END]),
    ("month end", &[MONTH_END]),
    ("last day of the month", &[MONTH_END]),
    ("fin de mes", &[MONTH_END]),
    ("a fin de mes", &[MONTH_END]),
    ("fin del mes", &[MONTH_END]),
    ("final de mes", &[MONTH_END]),
    ("a final de mes", &[MONTH_END]),
    ("a finales de mes", &[MONTH_END]),
    ("final del mes", &[MONTH_END]),
    ("al final del mes", &[MONTH_END]),
    ("ultimo dia del mes", &[MONTH_END]),
    ("fim de mes", &[MONTH_END]),
    ("fim do mes", &[MONTH_END]),
    ("final do mes", &[MONTH_END]),
    ("ultimo dia do mes", &[MONTH_END]),
    ("end of this month", &[THIS_MONTH_END]),
    ("fin de este mes", &[THIS_MONTH_END]),
    ("a fin de este mes", &[THIS_MONTH_END]),
    ("fim deste mes", &[THIS_MONTH_END]),
    ("final deste mes", &[THIS_MONTH_END]),
    ("end of next month", &[NEXT_MONTH_END]),
    ("fin del proximo mes", &[NEXT_MONTH_END]),
    ("fin del mes que viene", &[NEXT_MONTH_END]),
    ("fim do proximo mes", &[NEXT_MONTH_END]),
    ("fim do mes que vem", &[NEXT_MONTH_END]),
    ("final do mes que vem", &[NEXT_MONTH_END]),
    // parts of a day
    ("madrugada", &[DAWN]),
    ("de la madrugada", &[DAWN]),
    ("en la madrugada", &[DAWN]),
    ("por la madrugada", &[DAWN]),
    ("da madrugada", &[DAWN]),
    ("de madrugada", &[DAWN]),
    ("morning", &[MORNING]),
    ("in the morning", &[MORNING]),
    ("this morning", &[TODAY, MORNING]),
    ("early", &[MORNING]),
    ("early morning", &[MORNING]),
    ("early in the morning", &[MORNING]),
    ("first thing", &[MORNING]),
    ("first thing in the morning", &[MORNING]),
    ("de la manana", &[MORNING]),
    ("por la manana", &[MORNING]),
    ("en la manana", &[MORNING]),
    ("a la manana", &[MORNING]),
    ("esta manana", &[TODAY, MORNING]),
    ("temprano", &[MORNING]),
    ("muy temprano", &[MORNING]),
    ("temprano en la manana", &[MORNING]),
    ("temprano por la manana", &[MORNING]),
    ("primera hora", &[MORNING]),
    ("a primera hora", &[MORNING]),
    ("a primera hora de la manana", &[MORNING]),
    ("manha", &[MORNING]),
    ("da manha", &[MORNING]),
    ("de manha", &[MORNING]),
    ("de manha cedo", &[MORNING]),
    ("pela manha", &[MORNING]),
    ("na parte da manha", &[MORNING]),
    ("esta manha", &[TODAY, MORNING]),
    ("cedo", &[MORNING]),
    ("bem cedo", &[MORNING]),
    ("logo cedo", &[MORNING]),
    ("cedinho", &[MORNING]),
    ("primeira hora", &[MORNING]),
    ("na primeira hora", &[MORNING]),
    ("del dia", &[MIDDAY]),
    ("del mediodia", &[MIDDAY]),
    ("do meio-dia", &[MIDDAY]),
    ("afternoon", &[AFTERNOON]),
    ("in the afternoon", &[AFTERNOON]),
    ("this afternoon", &[TODAY, AFTERNOON]),
    ("tarde", &[AFTERNOON]),
    ("de la tarde", &[AFTERNOON]),
    ("por la tarde", &[AFTERNOON]),
    ("en la tarde", &[AFTERNOON]),
    ("a la tarde", &[AFTERNOON]),
    ("esta tarde", &[TODAY, AFTERNOON]),
    ("da tarde", &[AFTERNOON]),
    ("de tarde", &[AFTERNOON]),
    ("a tarde", &[AFTERNOON]),
    ("pela tarde", &[AFTERNOON]),
    ("na parte da tarde", &[AFTERNOON]),
    ("evening", &[EVENING]),
    ("in the evening", &[EVENING]),
    ("this evening", &[TODAY, EVENING]),
    ("night", &[EVENING]),
    ("at night", &[EVENING]),
    ("tonight", &[TODAY, EVENING]),
    ("noche", &[EVENING]),
    ("de la noche", &[EVENING]),
    ("por la noche", &[EVENING]),
    ("en la noche", &[EVENING]),
    ("a la noche", &[EVENING]),
    ("de noche", &[EVENING]),
    ("esta noche", &[TODAY, EVENING]),
    ("noite", &[EVENING]),
    ("da noite", &[EVENING]),
    ("de noite", &[EVENING]),
    ("a noite", &[EVENING]),
    ("pela noite", &[EVENING]),
    ("esta noite", &[TODAY, EVENING]),
    // times
    ("noon", &[NOON]),
    ("at noon", &[NOON]),
    ("midday", &[NOON]),
    ("at midday", &[NOON]),
    ("mediodia", &[NOON]),
    ("medio dia", &[NOON]),
    ("al mediodia", &[NOON]),
    ("al medio dia", &[NOON]),
    ("a mediodia", &[NOON]),
    ("a medio dia", &[NOON]),
    ("meio-dia", &[NOON]),
    ("meio dia", &[NOON]),
    ("ao meio-dia", &[NOON]),
    ("ao meio dia", &[NOON]),
    ("midnight", &[MIDNIGHT]),
    ("at midnight", &[MIDNIGHT]),
    ("medianoche", &[MIDNIGHT]),
    ("a medianoche", &[MIDNIGHT]),
    ("a la medianoche", &[MIDNIGHT]),
    ("meia-noite", &[MIDNIGHT]),
    ("meia noite", &[MIDNIGHT]),
    ("a meia-noite", &[MIDNIGHT]),
    ("a meia noite", &[MIDNIGHT]),
    ("en punto", &[]),
    ("em ponto", &[]),
    ("a las", &[Word::At]),
    ("a la", &[Word::At]),
    ("as", &[Word::At]),
    ("at", &[Word::At]),
    ("las", &[Word::At]),
    // spans
    ("half an hour", &[hours(0.5)]),
    ("half hour", &[hours(0.5)]),
    ("half a hour", &[hours(0.5)]),
    ("a half hour", &[hours(0.5)]),
    ("media hora", &[hours(0.5)]),
    ("meia hora", &[hours(0.5)]),
    ("hora y media", &[hours(1.5)]),
    ("hora e meia", &[hours(1.5)]),
    ("quarter of an hour", &[hours(0.25)]),
    ("a quarter of an hour", &[hours(0.25)]),
    ("cuarto de hora", &[hours(0.25)]),
    ("un cuarto de hora", &[hours(0.25)]),
    ("dentro de", &[Word::In]),
    ("daqui a", &[Word::In]),
    ("daqui", &[Word::In]),
    ("in", &[Word::In]),
    ("en", &[Word::In]),
    ("em", &[Word::In]),
    ("and", &[Word::And]),
    ("y", &[Word::And]),
    ("e", &[Word::And]),
    // around a day
    ("next", &[Word::Next]),
    ("proximo", &[Word::Next]),
    ("proxima", &[Word::Next]),
    ("que viene", &[Word::Next]),
    ("que entra", &[Word::Next]),
    ("que vem", &[Word::Next]),
    ("this", &[]),
    ("on", &[]),
    ("the", &[]),
    ("el", &[]),
    ("la", &[]),
    ("este", &[]),
    ("esta", &[]),
    ("neste", &[]),
    ("nesta", &[]),
    ("nesse", &[]),
    ("nessa", &[]),
];

/// What the text begins with, and of how many words it is.
pub(super) fn longest(rest: &[String]) -> Option<(&'static [Word], usize)> {
    let length = |phrase: &str| {
        let mut words = rest.iter();
        phrase.split(' ').all(|word| words.next().is_some_and(|next| next == word)).then(|| phrase.split(' ').count())
    };
    let first = rest.first()?.as_str();
    let may_fit = PHRASES.iter().filter(|(phrase, _)| phrase.starts_with(first));
    may_fit.filter_map(|(phrase, words)| Some((*words, length(phrase)?))).max_by_key(|(_, length)| *length)
}
