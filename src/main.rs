//! The binary: arguments, world and terminal in; exit status out.

use std::process::ExitCode;

use gobs::ui::Ui;
use gobs::world::World;

fn main() -> ExitCode {
    // A check that panics becomes a verdict; its words go there, not on the terminal.
    let loud = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !std::thread::current().name().is_some_and(|name| name.starts_with("gobs:")) {
            loud(panic);
        }
    }));
    let mut world = World::real();
    let mut ui = Ui::real(&world);
    let exit = gobs::run(std::env::args_os(), &mut world, &mut ui);
    ui.flush();
    ExitCode::from(exit.code())
}
