//! os-release: what a Linux calls itself. Values are bare or quoted, and not always in English.

use std::collections::BTreeMap;

use crate::order::Gather;

/// A parsed file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OsRelease(BTreeMap<String, String>);

/// Reads the assignments; anything else is passed over.
pub fn parse(text: &str) -> OsRelease {
    let lines = text.lines().filter_map(|line| line.trim().split_once('='));
    OsRelease(lines.map(|(key, value)| (key.to_owned(), unquoted(value).to_owned())).gather_map())
}

fn unquoted(value: &str) -> &str {
    let value = value.trim();
    let inner = |quote| value.strip_prefix(quote).and_then(|value| value.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(value)
}

impl OsRelease {
    pub fn get(&self, key: &str) -> &str {
        self.0.get(key).map_or("", String::as_str)
    }

    /// `kylin`, `uos`, `openeuler`: in lower case, as some write it otherwise.
    pub fn id(&self) -> String {
        self.get("ID").to_lowercase()
    }

    /// A name to show; with what tells service packs and lines apart where the name alone does not.
    pub fn name(&self) -> String {
        let name = [self.get("PRETTY_NAME"), self.get("NAME"), self.get("ID")]
            .into_iter()
            .find(|name| !name.is_empty());
        let name = name.unwrap_or("").trim();
        let more = match self.id().as_str() {
            "kylin" => self.get("KYLIN_RELEASE_ID"),
            "uos" => self.get("VERSION_CODENAME"),
            _ => "",
        };
        match more.is_empty() || name.contains(more) {
            true => name.to_owned(),
            false => format!("{name} ({more})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (text, id, name) in [
            (
                "NAME=\"Kylin Linux Advanced Server\"\nVERSION=\"V10 (Lance)\"\nID=\"kylin\"\nPRETTY_NAME=\"Kylin Linux Advanced Server V10 (Lance)\"\n",
                "kylin",
                "Kylin Linux Advanced Server V10 (Lance)",
            ),
            (
                "NAME=\"Kylin\"\nVERSION=\"银河麒麟桌面操作系统V10 (SP1)\"\nID=kylin\nPRETTY_NAME=\"Kylin V10 SP1\"\nKYLIN_RELEASE_ID=\"2403\"\n",
                "kylin",
                "Kylin V10 SP1 (2403)",
            ),
            ("PRETTY_NAME=\"UOS Server 20\"\nID=uos\nVERSION_CODENAME=fuyu\n", "uos", "UOS Server 20 (fuyu)"),
            ("ID=\"openEuler\"\nPRETTY_NAME=\"openEuler 22.03 LTS\"\n", "openeuler", "openEuler 22.03 LTS"),
            ("NAME=\"Anolis OS\"\n# x\n\nID='anolis'", "anolis", "Anolis OS"),
            ("", "", ""),
        ] {
            let os = parse(text);
            assert_eq!((os.id().as_str(), os.name().as_str()), (id, name));
        }
    }
}
