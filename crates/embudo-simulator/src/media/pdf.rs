//! A one-page PDF with some lines of text: enough for a receipt.

/// Letters outside Latin-1 become `?`; the built-in font has no others.
pub(super) fn one_page(lines: &[String]) -> Vec<u8> {
    let mut text: Vec<u8> = b"BT /F1 14 Tf 60 760 Td 22 TL\n".to_vec();
    for line in lines {
        text.push(b'(');
        for letter in line.chars() {
            let byte = u8::try_from(u32::from(letter)).unwrap_or(b'?');
            if matches!(byte, b'(' | b')' | b'\\') {
                text.push(b'\\');
            }
            text.push(byte);
        }
        text.extend_from_slice(b") Tj T*\n");
    }
    text.extend_from_slice(b"ET\n");
    let mut objects: Vec<Vec<u8>> = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>".to_vec(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
    ];
    let mut stream = format!("<< /Length {} >>\nstream\n", text.len()).into_bytes();
    stream.extend_from_slice(&text);
    stream.extend_from_slice(b"endstream");
    objects.push(stream);

    let mut pdf: Vec<u8> = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        places.push(pdf.len());
        pdf.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
        pdf.extend_from_slice(object);
        pdf.extend_from_slice(b"\nendobj\n");
    }
    let table = pdf.len();
    pdf.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes());
    for place in places {
        pdf.extend_from_slice(format!("{place:010} 00000 n \n").as_bytes());
    }
    pdf.extend_from_slice(
        format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1).as_bytes(),
    );
    pdf
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_cross_reference_points_at_the_objects() {
        let pdf = one_page(&["Total (con envío): $1,200".to_owned()]);
        let text: String = pdf.iter().map(|byte| char::from(*byte)).collect();
        let table: usize = text.split("startxref\n").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
        assert!(text[text.char_indices().nth(table).unwrap().0..].starts_with("xref"), "a reader starts from the end");
        for (number, line) in text.split("xref\n0 6\n").nth(1).unwrap().lines().skip(1).take(5).enumerate() {
            let place: usize = line[..10].parse().unwrap();
            let object = format!("{} 0 obj", number + 1);
            assert_eq!(
                &pdf[place..place + object.len()],
                object.as_bytes(),
                "object {} is where the table says",
                number + 1
            );
        }
        assert!(text.contains("\\(con env\u{ed}o\\)"), "brackets are escaped and accents kept");
    }
}
