//! GB18030, and so GBK (code page 936): what Windows and older tools write in mainland China. Read only.
//!
//! The table is made by `build.rs` from `encoding_rs`, whose own tables of all the encodings of the web would be 0.1 MB more.

use std::sync::OnceLock;

use crate::embedded;

/// Bytes as text; `None` where they are no GB18030.
pub fn decode(bytes: &[u8]) -> Option<String> {
    let mut text = String::with_capacity(bytes.len() * 3 / 2);
    let mut rest = bytes;
    loop {
        let (char, length) = match *rest {
            [] => return Some(text),
            [byte @ ..0x80, ..] => (char::from(byte), 1),
            // The euro of code page 936.
            [0x80, ..] => ('€', 1),
            [a, b @ b'0'..=b'9', c, d, ..] => (four(a, b, c, d)?, 4),
            [a, b, ..] => (two(a, b)?, 2),
            _ => return None,
        };
        text.push(char);
        rest = &rest[length..];
    }
}

const TRAILS: usize = 190;
const PAIRS: usize = 126 * TRAILS;

struct Table {
    /// The characters of two bytes by lead and trail; 0 where there is none.
    pairs: Vec<u16>,
    /// Where runs of the characters of four bytes start: their number, and the character.
    runs: Vec<(u32, u32)>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let numbers = embedded::bytes(embedded::GB18030);
        let numbers: Vec<u16> = numbers.as_chunks().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
        let (steps, runs) = numbers.split_at(PAIRS);
        let pairs = steps.iter().scan(0_u16, |last, step| {
            *last = last.wrapping_add(*step);
            Some(*last)
        });
        let runs = runs.as_chunks().0.iter().map(|[number, char]| (u32::from(*number), u32::from(*char)));
        Table { pairs: pairs.collect(), runs: runs.collect() }
    })
}

fn two(lead: u8, trail: u8) -> Option<char> {
    let lead = usize::from(lead.checked_sub(0x81)?);
    let trail = match trail {
        0x40..=0x7e => usize::from(trail - 0x40),
        0x80..=0xfe => usize::from(trail - 0x41),
        _ => return None,
    };
    let char = *table().pairs.get(lead * TRAILS + trail)?;
    char::from_u32(char.into()).filter(|char| *char != '\0')
}

fn four(a: u8, b: u8, c: u8, d: u8) -> Option<char> {
    let digit = |byte: u8, from: u8, to: u8| (from..=to).contains(&byte).then(|| u32::from(byte - from));
    let number = digit(a, 0x81, 0xfe)? * 12_600 + digit(b, b'0', b'9')? * 1260;
    let number = number + digit(c, 0x81, 0xfe)? * 10 + digit(d, b'0', b'9')?;
    if let Some(beyond) = number.checked_sub(189_000) {
        return char::from_u32(0x1_0000 + beyond);
    }
    let runs = &table().runs;
    let (start, first) = *runs.get(runs.partition_point(|(start, _)| *start <= number).checked_sub(1)?)?;
    char::from_u32(first + number - start).filter(|_| number < 39_420)
}

#[cfg(test)]
mod tests {
    use encoding_rs::GB18030;
    use proptest::prelude::*;

    use super::decode;

    #[track_caller]
    fn same(bytes: &[u8]) {
        let theirs = GB18030.decode_without_bom_handling_and_without_replacement(bytes);
        assert_eq!(decode(bytes), theirs.map(std::borrow::Cow::into_owned), "{bytes:x?}");
    }

    #[test]
    fn every_pair_and_every_four() {
        for lead in 0..=0xff {
            for trail in 0..=0xff {
                same(&[lead, trail]);
            }
        }
        for number in 0..1_587_600_u32 {
            let byte = |by: u32, of: u32, from: u32| u8::try_from(number / by % of + from).unwrap();
            // All of the basic plane, and a sample of what is computed.
            if number < 40_000 || number % 997 == 0 {
                let a = u8::try_from(number / 12_600 + 0x81).unwrap();
                same(&[a, byte(1260, 10, 0x30), byte(10, 126, 0x81), byte(1, 10, 0x30)]);
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_and_any_bytes(text in "[a-z中-龥０-９😀-🙏€\n]{0,40}", bytes: Vec<u8>) {
            let (encoded, ..) = GB18030.encode(&text);
            prop_assert_eq!(decode(&encoded), Some(text.clone()));
            same(&bytes);
        }
    }
}
