//! The binary: arguments, world and terminal in; exit status out.

use std::io::Write;
use std::process::ExitCode;

use gobs::checks::at_work;
use gobs::say;
use gobs::ui::{Lang, Ui};
use gobs::world::{World, start_over};

fn main() -> ExitCode {
    let mut world = World::real();
    let mut ui = Ui::real(&world);
    hear_panics(ui.lang);
    let exit = gobs::run(std::env::args_os(), &mut world, &mut ui);
    ui.flush();
    ExitCode::from(exit.code())
}

/// A check that panics becomes a verdict: of the run that takes the place of this one. Any other panic is said aloud.
fn hear_panics(lang: Lang) {
    let loud = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if let Some(name) = at_work() {
            start_over(&name, panic.payload_as_str().unwrap_or_default());
        }
        loud(panic);
        let ours = say!(
            "gobs crashed, which is its own fault: please report it with the lines above",
            "gobs 崩溃了，这是它自己的问题：请连同以上内容一起反馈"
        );
        let _ = writeln!(std::io::stderr(), "gobs: {}", lang.pick(&ours));
        if cfg!(panic = "abort") {
            #[allow(
                clippy::disallowed_methods,
                clippy::exit,
                reason = "no core dump: as an unwound panic would end"
            )]
            std::process::exit(101);
        }
    }));
}
