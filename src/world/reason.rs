//! Why the system said no, in the user's language where it is one of the usual reasons.

use std::io::{Error, ErrorKind};

use crate::model::Msg;
use crate::say;

/// The reason alone, without Rust's `(os error 28)`; what is not usual is told in the system's words.
pub fn reason(err: &Error) -> Msg {
    match err.kind() {
        ErrorKind::NotFound => say!("no such file or directory", "文件或目录不存在"),
        // EPERM, not EACCES: the modes allow it, and something else does not.
        ErrorKind::PermissionDenied if cfg!(unix) && err.raw_os_error() == Some(1) => say!(
            "operation not permitted (made immutable? lsattr shows it)",
            "不允许此操作（是否被设为不可修改？可用 lsattr 查看）"
        ),
        ErrorKind::PermissionDenied => say!("permission denied", "没有权限"),
        ErrorKind::StorageFull => say!("no space left on the disk", "磁盘已满"),
        ErrorKind::QuotaExceeded => say!("the disk quota is used up", "磁盘配额已用完"),
        ErrorKind::ReadOnlyFilesystem => say!("the file system is read-only", "文件系统是只读的"),
        _ => {
            let text = err.to_string();
            let words = text.rfind(" (os error").map_or(text.as_str(), |at| &text[..at]);
            Msg::plain(words.to_owned())
        }
    }
}
