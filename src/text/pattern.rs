//! Go's `path.Match` (placeholder until the module formats land).

/// `path.Match(glob, name)`; malformed globs match nothing.
pub fn matches(glob: &str, name: &str) -> bool {
    fn go(g: &[u8], n: &[u8]) -> bool {
        match (g.first(), n.first()) {
            (None, None) => true,
            (Some(b'*'), _) => go(&g[1..], n) || n.first().is_some_and(|c| *c != b'/') && go(g, &n[1..]),
            (Some(b'?'), Some(c)) if *c != b'/' => go(&g[1..], &n[1..]),
            (Some(a), Some(b)) if a == b => go(&g[1..], &n[1..]),
            _ => false,
        }
    }
    go(glob.as_bytes(), name.as_bytes())
}
