//! Whose files would be written: never root-owned files in a user's home, never another user's.

use crate::model::Failure;
use crate::say;
use crate::world::World;

/// Refuses where writing would hurt: under sudo, without a home, in the home of somebody else.
pub(super) fn may_write(world: &World, root_wanted: bool) -> Result<(), Failure> {
    let sudo = world.vars.get("SUDO_UID").filter(|_| world.host.uid == 0);
    if let Some(by) = sudo
        && !root_wanted
    {
        let who = world.vars.get("SUDO_USER").unwrap_or(by).to_owned();
        return Err(Failure::new(say!(
            "running under sudo: the files would belong to root, and {who} would not get the settings",
            "正在 sudo 下运行：写出的文件会属于 root，而 {who} 得不到这些设置",
            who
        ))
        .hint(say!(
            "run it as {who}, without sudo; or add --root to set up the root account itself",
            "请以 {who} 身份直接运行，不要加 sudo；确实要配置 root 账户时加 --root",
            who
        )));
    }
    let Some(home) = world.places.home() else {
        return Err(no_home(world));
    };
    // The home's own name would print as `~`: what HOME is stands in the user's shell.
    let own = world.host.account.as_ref().filter(|account| account.home != home);
    let instead = |failure: Failure| match own {
        Some(account) => {
            let own = account.home.display();
            failure.hint(say!(
                "your account's own: export HOME={own}",
                "本账户的主目录：export HOME={own}",
                own
            ))
        }
        None => failure.hint(say!("look at it: echo \"$HOME\"", "查看它的值：echo \"$HOME\"")),
    };
    let Ok(stat) = world.files.stat(home) else {
        return Err(instead(Failure::new(say!(
            "HOME names a directory that does not exist",
            "HOME 指向的目录不存在"
        ))));
    };
    if cfg!(unix) && stat.uid != world.host.uid {
        let (owner, us) = (stat.uid, world.host.uid);
        return Err(instead(Failure::new(say!(
            "HOME names a directory of uid {owner}, and this is uid {us}: the files would belong to the wrong account",
            "HOME 指向的目录属于 uid {owner}，而当前是 uid {us}：写出的文件会归错账户",
            owner,
            us
        ))));
    }
    Ok(())
}

fn no_home(world: &World) -> Failure {
    let failure = Failure::new(say!(
        "HOME is not set: go, git and gobs do not know where your files are",
        "没有设置 HOME：go、git 和 gobs 都不知道该把文件写到哪里"
    ));
    match &world.host.account {
        Some(account) => {
            let home = account.home.display();
            failure.hint(say!("set it first: export HOME={home}", "请先设置：export HOME={home}", home))
        }
        None => {
            failure.hint(say!("set it first: export HOME=/your/home", "请先设置：export HOME=你的主目录"))
        }
    }
}
