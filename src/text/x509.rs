//! Who issued a certificate, whom it names, until when it holds: just enough of DER (X.690, RFC 5280) to tell a person.

use super::time::seconds_of;

/// The names of a certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Organisation and common name of the issuer: `Acme IT, Acme Web Gateway CA`.
    pub issuer: String,
    pub subject: String,
}

/// Reads the names; `None` where the bytes are no certificate.
pub fn names(der: &[u8]) -> Option<Names> {
    let parts = parts(der)?;
    Some(Names { issuer: name(parts.issuer), subject: name(parts.subject) })
}

/// The second from which and the last until which it holds, since 1970.
pub fn validity(der: &[u8]) -> Option<(u64, u64)> {
    let validity = parts(der)?.validity;
    let (from, rest, kind) = any(validity)?;
    let (until, _, until_kind) = any(rest)?;
    Some((moment(from, kind)?, moment(until, until_kind)?))
}

/// Whether its key or its signature is SM2 (GM/T 0015): neither Go, nor git's OpenSSL, nor a browser takes it for TLS.
pub fn is_sm2(der: &[u8]) -> bool {
    /// 1.2.156.10197.1.301, the curve, and 1.2.156.10197.1.501, the signature.
    const CURVE: &[u8] = &[0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d];
    const SIGNED: &[u8] = &[0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75];
    let of = |bytes: &[u8], oid: &[u8]| memchr::memmem::find(bytes, oid).is_some();
    parts(der).is_some_and(|parts| of(parts.key, CURVE) || of(parts.signature, SIGNED))
}

/// Who signed a certificate and how, as DER contents without their outermost tag.
pub struct Signed<'d> {
    /// What is signed, with its tag.
    pub message: &'d [u8],
    pub algorithm: &'d [u8],
    pub signature: &'d [u8],
    pub issuer: &'d [u8],
}

/// Reads the outer parts of a certificate; `None` where the bytes are none.
pub fn signed(der: &[u8]) -> Option<Signed<'_>> {
    let (certificate, _) = element(der, 0x30)?;
    let (_, rest) = element(certificate, 0x30)?;
    let message = certificate.get(..certificate.len() - rest.len())?;
    let (algorithm, rest) = element(rest, 0x30)?;
    let (signature, _) = bits(rest)?;
    Some(Signed { message, algorithm, signature, issuer: parts(der)?.issuer })
}

/// Algorithm and bits of a public key, from the content of a `SubjectPublicKeyInfo`.
pub fn public_key(spki: &[u8]) -> Option<(&[u8], &[u8])> {
    let (algorithm, rest) = element(spki, 0x30)?;
    Some((algorithm, bits(rest)?.0))
}

/// Whether its extended key usage, if it has one, is that of a server (`x509/verify.go:checkChainForKeyUsage`).
pub fn may_serve(der: &[u8]) -> bool {
    const USAGE: &[u8] = &[0x55, 0x1d, 0x25];
    const ANY: &[u8] = &[0x55, 0x1d, 0x25, 0x00];
    const SERVER: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];
    let Some(parts) = parts(der) else { return false };
    let mut all = parts.extensions;
    while let Some((extension, rest)) = element(all, 0x30) {
        all = rest;
        let Some((USAGE, value)) = element(extension, 0x06) else { continue };
        // critical is left out where it is false.
        let value = element(value, 0x01).map_or(value, |(_, rest)| rest);
        let Some((mut purposes, _)) = element(value, 0x04).and_then(|(value, _)| element(value, 0x30)) else {
            return false;
        };
        while let Some((purpose, rest)) = element(purposes, 0x06) {
            if purpose == ANY || purpose == SERVER {
                return true;
            }
            purposes = rest;
        }
        return false;
    }
    true
}

/// The content of a BIT STRING of whole bytes, and what follows it.
fn bits(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (content, rest) = element(bytes, 0x03)?;
    Some((content.strip_prefix(&[0])?, rest))
}

/// The parts of a certificate that anybody here asks for.
struct Parts<'d> {
    signature: &'d [u8],
    issuer: &'d [u8],
    validity: &'d [u8],
    subject: &'d [u8],
    key: &'d [u8],
    extensions: &'d [u8],
}

fn parts(der: &[u8]) -> Option<Parts<'_>> {
    let (certificate, _) = element(der, 0x30)?;
    let (tbs, _) = element(certificate, 0x30)?;
    // version [0] is left out of the oldest certificates.
    let rest = element(tbs, 0xa0).map_or(tbs, |(_, rest)| rest);
    let (_, rest) = element(rest, 0x02)?;
    let (signature, rest) = element(rest, 0x30)?;
    let (issuer, rest) = element(rest, 0x30)?;
    let (validity, rest) = element(rest, 0x30)?;
    let (subject, rest) = element(rest, 0x30)?;
    let (key, mut rest) = element(rest, 0x30).unwrap_or_default();
    let mut extensions = &[][..];
    // issuerUniqueID [1] and subjectUniqueID [2] may stand before them.
    while let Some((content, after, tag)) = any(rest) {
        if tag == 0xa3 {
            extensions = element(content, 0x30)?.0;
        }
        rest = after;
    }
    Some(Parts { signature, issuer, validity, subject, key, extensions })
}

/// `UTCTime` (`YYMMDDhhmmssZ`, 1950 to 2049) and `GeneralizedTime` (`YYYYMMDDhhmmssZ`).
fn moment(text: &[u8], tag: u8) -> Option<u64> {
    let text = str::from_utf8(text).ok()?.strip_suffix('Z')?;
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = match (tag, text.len()) {
        (0x17, 12) => {
            let year: u64 = text[..2].parse().ok()?;
            (if year < 50 { 2000 + year } else { 1900 + year }, &text[2..])
        }
        (0x18, 14) => (text[..4].parse().ok()?, &text[4..]),
        _ => return None,
    };
    let two = |at: usize| rest[at..at + 2].parse::<u64>().ok();
    seconds_of((year, two(0)?, two(2)?), (two(4)?, two(6)?, two(8)?))
}

/// The content of the element at the front, if it has this tag, and what follows it.
fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (content, rest, found) = any(bytes)?;
    (found == tag).then_some((content, rest))
}

fn any(bytes: &[u8]) -> Option<(&[u8], &[u8], u8)> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((content, rest, tag))
}

/// `O` and `CN` of a distinguished name, in this order.
fn name(mut sets: &[u8]) -> String {
    const ORGANISATION: &[u8] = &[0x55, 0x04, 0x0a];
    const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
    let (mut organisation, mut common) = (None, None);
    while let Some((set, rest)) = element(sets, 0x31) {
        sets = rest;
        let attribute = element(set, 0x30).and_then(|(pair, _)| {
            let (oid, value) = element(pair, 0x06)?;
            let (text, _, tag) = any(value)?;
            Some((oid, readable(text, tag)))
        });
        match attribute {
            Some((ORGANISATION, text)) => organisation = Some(text),
            Some((COMMON_NAME, text)) => common = Some(text),
            _ => {}
        }
    }
    let both: Vec<String> = organisation.into_iter().chain(common).collect();
    both.join(", ")
}

/// `UTF8String` and its ASCII kin, or `BMPString`.
fn readable(text: &[u8], tag: u8) -> String {
    let text = match tag {
        0x1e => {
            let units: Vec<u16> =
                text.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        _ => String::from_utf8_lossy(text).into_owned(),
    };
    text.chars().filter(|c| !c.is_control()).take(120).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
        let mut out = vec![tag];
        match u8::try_from(content.len()) {
            Ok(short @ ..0x80) => out.push(short),
            _ => {
                out.push(0x82);
                out.extend(u16::try_from(content.len()).unwrap().to_be_bytes());
            }
        }
        out.extend_from_slice(content);
        out
    }

    fn dn(organisation: &str, common: &str) -> Vec<u8> {
        let pair = |last: u8, text: &str| {
            let oid = tlv(0x06, &[0x55, 0x04, last]);
            tlv(0x31, &tlv(0x30, &[oid, tlv(0x0c, text.as_bytes())].concat()))
        };
        tlv(0x30, &[pair(0x0a, organisation), pair(0x03, common)].concat())
    }

    #[test]
    fn issuer_and_subject() {
        let padding = tlv(0x30, &[0; 200]);
        let parts = [
            tlv(0xa0, &tlv(0x02, &[2])),
            tlv(0x02, &[1]),
            tlv(0x30, &[]),
            dn("某某集团", "Web Gateway CA"),
            padding,
            dn("Acme", "goproxy.cn"),
        ];
        let certificate = tlv(0x30, &tlv(0x30, &parts.concat()));
        let want =
            Names { issuer: "某某集团, Web Gateway CA".into(), subject: "Acme, goproxy.cn".into() };
        assert_eq!(names(&certificate), Some(want));
        assert_eq!(names(b""), None);
    }

    #[test]
    fn moments() {
        assert_eq!(moment(b"261123093012Z", 0x17), Some(1_795_426_212));
        assert_eq!(moment(b"20261123093012Z", 0x18), Some(1_795_426_212));
        assert_eq!(moment(b"491231235959Z", 0x17), moment(b"20491231235959Z", 0x18));
        assert_eq!(moment(b"261123093012+0800", 0x17), None);
        assert_eq!(moment(b"500101000000Z", 0x17), None);
    }

    proptest! {
        #[test]
        fn anything_can_be_read(bytes in prop::collection::vec(proptest::arbitrary::any::<u8>(), 0..300)) {
            let _ = (names(&bytes), validity(&bytes), is_sm2(&bytes), signed(&bytes).is_some(), may_serve(&bytes));
            let _ = validity(&tlv(0x30, &tlv(0x30, &bytes)));
            let _ = names(&tlv(0x30, &tlv(0x30, &bytes)));
            let _ = (public_key(&bytes).is_some(), signed(&tlv(0x30, &bytes)).is_some());
        }
    }
}
