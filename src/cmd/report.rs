//! What checks came to, as one JSON document: the same for every verb that judges.

use serde_json::json;

use crate::checks::Judged;
use crate::ui::{Ui, checks_json, json_string};
use crate::world::World;

/// The report as JSON, with whatever one key more a verb has to say.
pub(super) fn report_json(
    world: &World,
    ui: &Ui,
    verb: &str,
    judged: &[Judged],
    more: &[(&str, serde_json::Value)],
) -> String {
    let (checks, summary) = checks_json(judged);
    let mut document = json!({
        "schema": "gobs.report/1",
        "gobs": env!("CARGO_PKG_VERSION"),
        "verb": verb,
        "host": { "os": world.host.os.goos(), "arch": world.host.arch },
        "checks": checks,
        "summary": summary,
    });
    for (key, value) in more {
        document[*key] = value.clone();
    }
    json_string(document, &ui.redact)
}
