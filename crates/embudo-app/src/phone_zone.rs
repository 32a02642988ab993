//! What time it probably is for somebody, by where their number is from (FUP-08). A guess to warn by
//! and nothing else: people travel with their numbers.

/// Countries with one time, and those with more of them whose number says which. A country that is
/// not here (the United States, Canada and Russia share a code or have too many times) says nothing.
const COUNTRIES: [(&str, &str); 44] = [
    ("20", "Africa/Cairo"),
    ("27", "Africa/Johannesburg"),
    ("30", "Europe/Athens"),
    ("31", "Europe/Amsterdam"),
    ("32", "Europe/Brussels"),
    ("33", "Europe/Paris"),
    ("34", "Europe/Madrid"),
    ("39", "Europe/Rome"),
    ("40", "Europe/Bucharest"),
    ("41", "Europe/Zurich"),
    ("43", "Europe/Vienna"),
    ("44", "Europe/London"),
    ("45", "Europe/Copenhagen"),
    ("46", "Europe/Stockholm"),
    ("47", "Europe/Oslo"),
    ("48", "Europe/Warsaw"),
    ("49", "Europe/Berlin"),
    ("51", "America/Lima"),
    ("52", "America/Mexico_City"),
    ("53", "America/Havana"),
    ("54", "America/Argentina/Buenos_Aires"),
    ("55", "America/Sao_Paulo"),
    ("56", "America/Santiago"),
    ("57", "America/Bogota"),
    ("58", "America/Caracas"),
    ("81", "Asia/Tokyo"),
    ("82", "Asia/Seoul"),
    ("86", "Asia/Shanghai"),
    ("91", "Asia/Kolkata"),
    ("244", "Africa/Luanda"),
    ("258", "Africa/Maputo"),
    ("351", "Europe/Lisbon"),
    ("353", "Europe/Dublin"),
    ("501", "America/Belize"),
    ("502", "America/Guatemala"),
    ("503", "America/El_Salvador"),
    ("504", "America/Tegucigalpa"),
    ("505", "America/Managua"),
    ("506", "America/Costa_Rica"),
    ("507", "America/Panama"),
    ("591", "America/La_Paz"),
    ("593", "America/Guayaquil"),
    ("595", "America/Asuncion"),
    ("598", "America/Montevideo"),
];

/// Areas of Brazil and Mexico whose time is not that of the most of the country, and the codes of
/// the Dominican Republic and Puerto Rico within that of the United States.
const AREAS: [(&str, &[&str]); 14] = [
    ("America/Cuiaba", &["5565", "5566"]),
    ("America/Campo_Grande", &["5567"]),
    ("America/Rio_Branco", &["5568"]),
    ("America/Porto_Velho", &["5569"]),
    ("America/Manaus", &["5592", "5597"]),
    ("America/Boa_Vista", &["5595"]),
    ("America/Tijuana", &["52646", "52661", "52664", "52665", "52686"]),
    ("America/Hermosillo", &["52631", "52633", "52642", "52644", "52645", "52647", "52653", "52662"]),
    ("America/Mazatlan", &["52311", "52612", "52613", "52615", "52624", "52667", "52668", "52669", "52672", "52687"]),
    ("America/Ciudad_Juarez", &["52656"]),
    ("America/Cancun", &["52983", "52984", "52987", "52998"]),
    ("America/Santo_Domingo", &["1809", "1829", "1849"]),
    ("America/Puerto_Rico", &["1787", "1939"]),
    ("America/Jamaica", &["1658", "1876"]),
];

/// The name of their time, of a number in E.164. Mexican mobile numbers may still carry the 1 of
/// old behind the country's code.
pub fn time_zone(e164: &str) -> Option<&'static str> {
    let digits = e164.strip_prefix('+')?;
    let digits = match digits.strip_prefix("521").filter(|rest| rest.len() == 10) {
        Some(rest) => format!("52{rest}"),
        None => digits.to_owned(),
    };
    let by_area = AREAS.iter().find(|(_, areas)| areas.iter().any(|area| digits.starts_with(area)));
    let by_country = || COUNTRIES.iter().find(|(code, _)| digits.starts_with(code)).map(|(_, zone)| *zone);
    by_area.map(|(zone, _)| *zone).or_else(by_country)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_says_what_time_it_is_there_or_nothing() {
        let cases = [
            ("+5511988887777", Some("America/Sao_Paulo")),
            ("+5592988887777", Some("America/Manaus")),
            ("+5568988887777", Some("America/Rio_Branco")),
            ("+525512345678", Some("America/Mexico_City")),
            ("+526641234567", Some("America/Tijuana")),
            ("+5216641234567", Some("America/Tijuana")),
            ("+529981234567", Some("America/Cancun")),
            ("+351912345678", Some("Europe/Lisbon")),
            ("+34612345678", Some("Europe/Madrid")),
            ("+5491123456789", Some("America/Argentina/Buenos_Aires")),
            ("+18095551234", Some("America/Santo_Domingo")),
            ("+12125551234", None),
            ("+79161234567", None),
            ("", None),
        ];
        for (number, zone) in cases {
            assert_eq!(time_zone(number), zone, "{number}");
        }
    }

    #[test]
    fn no_code_begins_with_another_one() {
        let codes = || COUNTRIES.iter().map(|(code, _)| *code);
        for code in codes() {
            assert_eq!(codes().filter(|other| other.starts_with(code)).count(), 1, "{code} would hide a longer one");
        }
    }
}
