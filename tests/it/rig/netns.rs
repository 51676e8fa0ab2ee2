//! A network of the test's own: names, addresses, ports 22 and 443, packets that vanish, a DNS that is dead.
//!
//! A thread cannot move house, so the test starts itself anew in a namespace, alone, and looks on:
//!
//! ```ignore
//! #[test]
//! fn a_private_module() {
//!     netns::inside!(Net::new().host("git.corp.example", "127.0.0.2"));
//!     let web = GitWeb::of(&repos).at("127.0.0.2:443").start();
//! ```

use std::fmt::Write as _;
use std::process::Command;

use super::server::program;

/// What the network looks like; the loopback is up and 127.0.0.0/8 is ours, and nothing else is reachable.
pub struct Net {
    hosts: String,
    steps: String,
}

impl Net {
    pub fn new() -> Net {
        Net { hosts: "127.0.0.1 localhost\n::1 localhost\n".to_owned(), steps: String::new() }
    }

    /// A line of `/etc/hosts`.
    pub fn host(mut self, name: &str, address: &str) -> Net {
        let _ = writeln!(self.hosts, "{address} {name}");
        self
    }

    /// One more address that is ours: a public one, say.
    pub fn address(mut self, address: &str) -> Net {
        let _ = writeln!(self.steps, "ip addr add {address} dev lo");
        self
    }

    /// Packets to this address and TCP port vanish: a firewall that says nothing.
    pub fn drops(self, address: &str, port: u16) -> Net {
        self.rule(&format!("ip daddr {address} tcp dport {port} drop"))
    }

    /// Every question to the name server vanishes; names of `/etc/hosts` work.
    pub fn dead_dns(mut self) -> Net {
        self.steps += "echo 'nameserver 127.0.0.53' > \"$dir/resolv.conf\"\n";
        self.steps += "mount --bind \"$dir/resolv.conf\" /etc/resolv.conf\n";
        self.rule("ip daddr 127.0.0.53 udp dport 53 drop").rule("ip daddr 127.0.0.53 tcp dport 53 drop")
    }

    /// A rule of nftables on what arrives: dropped on the way out, a packet would be an error for who sends it.
    fn rule(mut self, rule: &str) -> Net {
        self.steps += "nft add table inet rig\n";
        self.steps += "nft add chain inet rig in '{ type filter hook input priority 0; }'\n";
        let _ = writeln!(self.steps, "nft add rule inet rig in {rule}");
        self
    }
}

/// Goes on in a network namespace; outside, the test is over once the inner one passed.
macro_rules! inside {
    ($net:expr) => {
        fn here() {}
        if !$crate::rig::netns::entered(std::any::type_name_of_val(&here), $net) {
            return;
        }
    };
}
pub(crate) use inside;

const INSIDE: &str = "GOBS_RIG_INSIDE";

/// Whether this is the inner test, named by a function in its body; runs the inner one if not.
pub fn entered(function: &str, net: Net) -> bool {
    let path = function.trim_end_matches("::here");
    let test = path.split_once("::").unwrap().1;
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("hosts"), &net.hosts).unwrap();
    let script = format!(
        "set -e\ndir=$1; shift\nip link set lo up\nmount --bind \"$dir/hosts\" /etc/hosts\n\
         {{ cat /etc/passwd; echo \"git:x:$(id -u):$(id -g)::/:/bin/sh\"; }} > \"$dir/passwd\"\n\
         mount --bind \"$dir/passwd\" /etc/passwd\n{}exec \"$@\"\n",
        net.steps
    );
    let mut unshare = Command::new(program("unshare"));
    unshare.args(["-n", "-m"]);
    if !rustix::process::geteuid().is_root() {
        unshare.arg("-r");
    }
    let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/sbin";
    let output = unshare
        .args(["/bin/sh", "-c", &script, "sh"])
        .arg(dir.path())
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--include-ignored"])
        .env(INSIDE, "1")
        .env("PATH", path)
        .output()
        .unwrap();
    let said = [&output.stdout, &output.stderr].map(|s| String::from_utf8_lossy(s).into_owned()).concat();
    // A name that matches no test would pass, too.
    let ran = said.contains("1 passed");
    assert!(output.status.success() && ran, "in its own network: {}\n{said}", output.status);
    false
}
