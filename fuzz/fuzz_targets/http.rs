//! Answers of a module proxy: whatever the status and the body, every question ends in an answer or a refusal.
#![no_main]

use std::io::Write;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use gobs::goproxy::Proxy;
use gobs::model::SafeUrl;
use gobs::module::ModVer;
use gobs::text::semver;
use gobs::world::net::{Fault, Net, NetError, Request, Response};
use gobs::world::{Vars, World};
use libfuzzer_sys::fuzz_target;

/// One answer to everything.
struct One {
    status: u16,
    media: &'static str,
    body: Vec<u8>,
}

fn nothing<T>() -> Result<T, NetError> {
    Err(NetError::new(Fault::Refused, "refused"))
}

impl Net for One {
    fn resolve(&self, _: &str, _: Duration) -> Result<Vec<IpAddr>, NetError> {
        nothing()
    }

    fn connect(&self, _: &str, _: u16, _: Duration) -> Result<Duration, NetError> {
        nothing()
    }

    fn certificate(&self, _: &str, _: u16, _: Duration) -> Result<Vec<u8>, NetError> {
        nothing()
    }

    fn fetch(&self, ask: &Request, sink: Option<&mut dyn Write>) -> Result<Response, NetError> {
        let mut body = self.body.clone();
        if let Some(sink) = sink
            && self.status == 200
        {
            sink.write_all(&body).unwrap();
            body.clear();
        }
        Ok(Response {
            status: self.status,
            status_line: format!("{} X", self.status),
            headers: [("content-type".to_owned(), self.media.to_owned())].into(),
            truncated: body.len() as u64 > ask.cap,
            body,
            urls: vec![ask.url.clone()],
            took: Duration::ZERO,
            certificate: None,
        })
    }
}

fuzz_target!(|data: &[u8]| {
    let Some(([kind, media], body)) = data.split_first_chunk() else { return };
    let status = [200, 200, 200, 204, 403, 404, 410, 500][usize::from(kind % 8)];
    let media = ["text/plain", "text/plain; charset=utf-8", "text/html", ""][usize::from(media % 4)];
    let mut world = World::with(Vars::default(), PathBuf::from("/"), PathBuf::from("/"));
    world.net = Arc::new(One { status, media, body: body.to_vec() });
    let proxy = Proxy::new(&world, SafeUrl::new("https://proxy.test"), &|_| None);
    if let Ok(list) = proxy.list("ex.test/a") {
        assert!(status == 200 && list.iter().all(|version| semver::is_valid(version)));
    }
    if let Ok(info) = proxy.info("ex.test/a", "v1.0.0") {
        assert_eq!(info.version, "v1.0.0");
    }
    for refusal in
        [proxy.info("ex.test/a", "main").err(), proxy.latest("ex.test/a").err()].into_iter().flatten()
    {
        // The server's words reach a terminal: no control characters among them.
        let text = refusal.to_string();
        assert!(!text.chars().any(|c| c.is_control() && c != '\n' && c != '\t'), "{text:?}");
    }
    let _ = proxy.gomod(&ModVer::new("ex.test/a", "v1.0.0"));
});
