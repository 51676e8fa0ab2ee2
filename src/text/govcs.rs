//! `GOVCS`: which version control may be used for which paths (`vcs/vcs.go:parseGOVCS`).

/// One rule; the pattern is `public`, `private` or a glob over module paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub pattern: String,
    pub allowed: Vec<String>,
}

impl Rule {
    /// Whether this rule's list lets `vcs` through.
    pub fn allows(&self, vcs: &str) -> bool {
        self.allowed.iter().any(|a| a == vcs || a == "all")
    }
}

/// The rules of a value, without go's built-in tail, or go's refusal.
pub fn rules(value: &str) -> Result<Vec<Rule>, String> {
    let mut rules: Vec<Rule> = Vec::new();
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for item in value.trim().split(',').map(str::trim) {
        if value.trim().is_empty() {
            break;
        }
        if item.is_empty() {
            return Err("empty entry in GOVCS".into());
        }
        let (pattern, list) = item
            .split_once(':')
            .map(|(pattern, list)| (pattern.trim(), list.trim()))
            .ok_or_else(|| format!("malformed entry in GOVCS (missing colon): {item:?}"))?;
        if pattern.is_empty() {
            return Err(format!("empty pattern in GOVCS: {item:?}"));
        }
        if list.is_empty() {
            return Err(format!("empty VCS list in GOVCS: {item:?}"));
        }
        if pattern.starts_with("./") || pattern.starts_with("../") || matches!(pattern, "." | "..") {
            return Err(format!("relative pattern not allowed in GOVCS: {pattern:?}"));
        }
        if let Some((_, old)) = seen.iter().find(|(p, _)| *p == pattern) {
            return Err(format!("unreachable pattern in GOVCS: {item:?} after {old:?}"));
        }
        seen.push((pattern, item));
        let allowed: Vec<String> = list.split('|').map(|vcs| vcs.trim().to_owned()).collect();
        if allowed.iter().any(String::is_empty) {
            return Err(format!("empty VCS name in GOVCS: {item:?}"));
        }
        rules.push(Rule { pattern: pattern.to_owned(), allowed });
    }
    Ok(rules)
}

/// What go appends to every value: `private:all,public:git|hg`.
pub fn built_in() -> [Rule; 2] {
    let rule = |pattern: &str, allowed: &[&str]| Rule {
        pattern: pattern.to_owned(),
        allowed: allowed.iter().map(|&vcs| vcs.to_owned()).collect(),
    };
    [rule("private", &["all"]), rule("public", &["git", "hg"])]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_words() {
        assert_eq!(rules("off").unwrap_err(), "malformed entry in GOVCS (missing colon): \"off\"");
        assert_eq!(rules("a:git,,b:hg").unwrap_err(), "empty entry in GOVCS");
        assert_eq!(rules(":git").unwrap_err(), "empty pattern in GOVCS: \":git\"");
        assert_eq!(rules("a:").unwrap_err(), "empty VCS list in GOVCS: \"a:\"");
        assert_eq!(rules("./a:git").unwrap_err(), "relative pattern not allowed in GOVCS: \"./a\"");
        assert_eq!(
            rules("public:git,public:hg").unwrap_err(),
            "unreachable pattern in GOVCS: \"public:hg\" after \"public:git\""
        );
        assert_eq!(rules("a:git||hg").unwrap_err(), "empty VCS name in GOVCS: \"a:git||hg\"");
        assert_eq!(rules("").unwrap(), []);
        assert!(rules("*:all").unwrap()[0].allows("svn"));
    }
}
