//! The profiles that come with the program: one file in `profiles/` each.

use super::{Profile, parse};

/// Names and texts; a test holds the list against the folder.
pub const EMBEDDED: &[(&str, &str)] = &[
    ("enterprise", include_str!("../../profiles/enterprise.toml")),
    ("offline", include_str!("../../profiles/offline.toml")),
    ("xinchuang", include_str!("../../profiles/xinchuang.toml")),
];

/// The embedded profile of that name.
pub fn embedded(name: &str) -> Option<Profile> {
    let (name, text) = EMBEDDED.iter().find(|(known, _)| *known == name)?;
    Some(parse(name, text).unwrap_or_else(|failure| unreachable!("embedded profile: {failure}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{lint, merge};

    #[test]
    fn every_embedded_profile_is_sound() {
        for (name, _) in EMBEDDED {
            let profile = embedded(name).unwrap();
            assert!(!profile.summary.zh.is_empty());
            let mut chain = vec![profile];
            while let Some(extends) = chain.last().unwrap().extends.clone() {
                chain.push(embedded(&extends.name).unwrap());
            }
            assert_eq!(lint(&merge(chain)), [], "{name}");
        }
    }
}
