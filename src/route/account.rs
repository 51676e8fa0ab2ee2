//! What ssh tells with `-v` while git speaks through it: the host key it met, the keys it offered, the one that was taken.

/// One connection, in ssh's own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Account {
    /// `ssh-ed25519 SHA256:…`
    pub host_key: Option<String>,
    /// `/home/li/.ssh/id_ed25519 ED25519 SHA256:… agent`
    pub offered: Vec<String>,
    pub accepted: Option<String>,
}

/// Parts ssh's account from what it and git say besides.
pub(super) fn read(stderr: &str) -> (Account, String) {
    let mut account = Account::default();
    let mut rest = String::new();
    for line in stderr.lines() {
        let line = line.trim_end();
        match line.strip_prefix("debug1: ") {
            Some(told) => account.hear(told),
            None if is_chatter(line) => {}
            None => {
                rest.push_str(line);
                rest.push('\n');
            }
        }
    }
    account.offered.dedup();
    account.offered.truncate(8);
    (account, rest)
}

impl Account {
    fn hear(&mut self, told: &str) {
        let short =
            |text: &str| text.trim().trim_end_matches(" explicit").chars().take(200).collect::<String>();
        if let Some(key) = told.strip_prefix("Server host key: ") {
            self.host_key = Some(short(key));
        } else if let Some(key) = told.strip_prefix("Offering public key: ") {
            self.offered.push(short(key));
        } else if let Some(key) = told.strip_prefix("Server accepts key: ") {
            self.accepted = Some(short(key));
        }
    }
}

/// What `-v` adds without a mark.
fn is_chatter(line: &str) -> bool {
    let starts = ["OpenSSH_", "Authenticated to ", "Transferred: sent ", "Bytes per second: "];
    starts.iter().any(|start| line.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_of_ssh() {
        let stderr = "OpenSSH_9.2p1 Debian-2, OpenSSL 3.0.17\r\n\
            debug1: Server host key: ssh-ed25519 SHA256:abc\r\n\
            debug1: Will attempt key: /home/li/.ssh/id_ed25519 ED25519 SHA256:def\r\n\
            debug1: Offering public key: /home/li/.ssh/id_ed25519 ED25519 SHA256:def agent\r\n\
            debug1: Server accepts key: /home/li/.ssh/id_ed25519 ED25519 SHA256:def agent\r\n\
            Authenticated to h ([10.0.0.1]:22) using \"publickey\".\r\n\
            git@h: Permission denied (publickey).\r\nfatal: Could not read\n";
        let (account, rest) = read(stderr);
        assert_eq!(account.host_key.as_deref(), Some("ssh-ed25519 SHA256:abc"));
        assert_eq!(account.offered, ["/home/li/.ssh/id_ed25519 ED25519 SHA256:def agent"]);
        assert_eq!(account.accepted.as_deref(), Some("/home/li/.ssh/id_ed25519 ED25519 SHA256:def agent"));
        assert_eq!(rest, "git@h: Permission denied (publickey).\nfatal: Could not read\n");
    }
}
