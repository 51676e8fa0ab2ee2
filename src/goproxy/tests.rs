//! A tree on disk and made-up servers.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use super::*;
use crate::world::net::{Fault, Net, NetError, Response};
use crate::world::{ReadError, Vars};

/// A URL, and the headers it was asked with.
type Asked = (String, Vec<(String, String)>);

/// Answers by URL: status, content type, body; remembers what was asked.
#[derive(Default)]
struct Servers {
    answers: BTreeMap<&'static str, (u16, &'static str, Vec<u8>)>,
    asked: Mutex<Vec<Asked>>,
}

impl Net for Servers {
    fn resolve(&self, _: &str, _: Duration) -> Result<Vec<IpAddr>, NetError> {
        Ok(Vec::new())
    }

    fn connect(&self, _: &str, _: u16, _: Duration) -> Result<Duration, NetError> {
        Ok(Duration::ZERO)
    }

    fn certificate(&self, _: &str, _: u16, _: Duration) -> Result<Vec<u8>, NetError> {
        Ok(Vec::new())
    }

    fn fetch(&self, ask: &Request, sink: Option<&mut dyn Write>) -> Result<Response, NetError> {
        let url = ask.url.reveal().to_owned();
        self.asked.lock().unwrap().push((url.clone(), ask.headers.clone()));
        let (status, media, body) =
            self.answers.get(url.as_str()).cloned().ok_or(NetError::new(Fault::Refused, "refused"))?;
        let truncated = body.len() as u64 > ask.cap;
        let body = match (sink, status) {
            (Some(sink), 200) => {
                sink.write_all(&body).unwrap();
                Vec::new()
            }
            _ => body,
        };
        Ok(Response {
            status,
            status_line: format!("{status} X"),
            headers: [("content-type".to_owned(), media.to_owned())].into(),
            body,
            truncated,
            urls: vec![ask.url.clone()],
            certificate: None,
            took: Duration::ZERO,
        })
    }
}

fn world(answers: &[(&'static str, u16, &'static str, &[u8])]) -> (World, Arc<Servers>) {
    let answers = answers.iter().map(|(url, status, media, body)| (*url, (*status, *media, body.to_vec())));
    let servers = Arc::new(Servers { answers: answers.collect(), asked: Mutex::default() });
    let mut world = World::with(Vars::default(), "/".into(), "/".into());
    world.net = servers.clone();
    (world, servers)
}

const NO_LOGIN: Login<'static> = &|_| None;

fn proxy<'w>(world: &'w World, base: &str) -> Proxy<'w> {
    Proxy::new(world, SafeUrl::new(base), NO_LOGIN)
}

#[test]
fn what_go_asks_for() {
    let (world, servers) = world(&[
        (
            "https://p/ex.test/%21a/@v/list",
            200,
            "",
            b"v1.1.0 2024\nv1.0.0\nv0.0.0-20240101000000-aaaaaaaaaaaa\n<html>\n",
        ),
        ("https://p/ex.test/%21a/@v/v1.0.0-%21r%21c1.info", 200, "", br#"{"Version":"v1.0.0-RC1"}"#),
        ("https://p/ex.test/%21a/@v/main.info", 200, "", br#"{"Version":"v1.1.0"}"#),
        ("https://p/ex.test/%21a/@latest", 200, "", br#"{"Version":"v1.1.0"}"#),
        ("https://p/ex.test/%21a/@v/v1.0.0.mod", 200, "", b"module ex.test/A\n"),
        ("https://p/ex.test/%21a/@v/v1.0.0.zip", 200, "", b"zip"),
        ("https://p/sumdb/s/supported", 200, "", b""),
    ]);
    let login: Login<'_> = &|url| url.starts_with("https://p/").then(|| "Basic eA==".to_owned());
    let proxy = Proxy::new(&world, SafeUrl::new("https://p"), login);
    assert_eq!(proxy.list("ex.test/A").unwrap(), ["v1.0.0", "v1.1.0"]);
    assert_eq!(proxy.info("ex.test/A", "v1.0.0-RC1").unwrap().version, "v1.0.0-RC1");
    assert_eq!(proxy.info("ex.test/A", "main").unwrap().version, "v1.1.0");
    assert_eq!(proxy.latest("ex.test/A").unwrap().version, "v1.1.0");
    let module = ModVer::new("ex.test/A", "v1.0.0");
    assert_eq!(proxy.gomod(&module).unwrap(), b"module ex.test/A\n");
    let mut zip = Vec::new();
    proxy.zip(&module).unwrap().read_to_end(&mut zip).unwrap();
    assert_eq!(zip, b"zip");
    assert_eq!(proxy.below("sumdb/s/supported", 10).unwrap(), b"");
    let asked = servers.asked.lock().unwrap();
    assert!(
        asked.iter().all(|(_, headers)| headers == &[("authorization".to_owned(), "Basic eA==".to_owned())])
    );
}

#[test]
fn refusals_keep_the_servers_words() {
    let (world, _) = world(&[
        (
            "https://p/ex.test/a/@v/v1.0.0.mod",
            404,
            "text/plain; charset=utf-8",
            b"not found: bad upstream\n\nmore",
        ),
        ("https://p/ex.test/b/@v/v1.0.0.mod", 410, "text/html", b"<html>"),
        ("https://p/ex.test/c/@v/v1.0.0.mod", 502, "text/plain", b"\x1b[31m"),
        ("https://p/ex.test/f/@v/v1.0.0.mod", 502, "text/plain", b"bad\x0cgateway"),
        ("https://p/ex.test/d/@v/v1.0.0.info", 200, "text/html", b"<!DOCTYPE html>\n<title>Sign in</title>"),
        ("https://p/ex.test/e/@v/v1.0.0.info", 200, "", br#"{"Version":"v1.0.1"}"#),
    ]);
    let proxy = proxy(&world, "https://p");
    let gomod = |path: &str| proxy.gomod(&ModVer::new(path, "v1.0.0")).unwrap_err();
    let a = gomod("ex.test/a");
    assert_eq!((a.not_exist(), a.msg().en.as_str()), (true, "404 X: not found: bad upstream"));
    assert_eq!(a.to_string(), "reading https://p/ex.test/a/@v/v1.0.0.mod: 404 X: not found: bad upstream");
    let b = gomod("ex.test/b");
    assert_eq!((b.not_exist(), b.msg().en.as_str()), (true, "410 X"));
    let c = gomod("ex.test/c");
    assert_eq!((c.not_exist(), c.msg().en.as_str()), (false, "502 X"));
    assert_eq!(gomod("ex.test/f").msg().en, "502 X: bad gateway");
    let down = gomod("ex.test/z");
    assert_eq!((down.not_exist(), down.msg().en.as_str()), (false, "connection refused"));
    let Wrong::Malformed { body, .. } = proxy.info("ex.test/d", "v1.0.0").unwrap_err().wrong else {
        panic!()
    };
    assert_eq!(body, "<!DOCTYPE html>\n<title>Sign in</title>");
    let other = proxy.info("ex.test/e", "v1.0.0").unwrap_err().wrong;
    assert!(matches!(other, Wrong::Malformed { why, .. } if why == "names version v1.0.1"));
    assert!(matches!(gomod("Bad//path").wrong, Wrong::Name(_)));
    assert!(matches!(proxy.info("ex.test/a", "a/b").unwrap_err().wrong, Wrong::Name(_)));
}

#[test]
fn credentials_do_not_go_over_plain_http() {
    let (world, servers) = world(&[]);
    let refusal = proxy(&world, "http://u:p@p").latest("ex.test/a").unwrap_err();
    assert_eq!(refusal.wrong, Wrong::Insecure);
    assert!(servers.asked.lock().unwrap().is_empty());
    assert!(!refusal.to_string().contains("u:p"));
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a test sets the scene")]
fn a_tree_on_disk() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().join("a b/ex.test/!x/@v");
    std::fs::create_dir_all(&at).unwrap();
    std::fs::write(at.join("v1.0.0.mod"), "module ex.test/X\n").unwrap();
    std::fs::write(at.join("v1.0.0.zip"), "zip").unwrap();
    let (world, _) = world(&[]);
    let proxy = proxy(&world, &format!("file://{}/a%20b", dir.path().display()));
    let module = ModVer::new("ex.test/X", "v1.0.0");
    assert_eq!(proxy.gomod(&module).unwrap(), b"module ex.test/X\n");
    let mut zip = Vec::new();
    proxy.zip(&module).unwrap().read_to_end(&mut zip).unwrap();
    assert_eq!(zip, b"zip");
    let gone = proxy.gomod(&ModVer::new("ex.test/X", "v1.0.1")).unwrap_err();
    assert_eq!((gone.not_exist(), gone.wrong), (true, Wrong::File(ReadError::Absent)));
    std::fs::remove_file(at.join("v1.0.0.mod")).unwrap();
    std::fs::create_dir(at.join("v1.0.0.mod")).unwrap();
    assert!(!proxy.gomod(&module).unwrap_err().not_exist());
}
