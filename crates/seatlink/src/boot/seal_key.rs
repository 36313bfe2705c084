//! The key that seals credentials at rest: 32 random bytes as hex in `seal.key`, beside the data.
//!
//! It is made on first use and never replaced: a new key would open nothing that the old one
//! sealed.

use std::{
    fmt::Write as _,
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use aws_lc_rs::rand;
use seatlink_domain::Sealer;

const FILE_NAME: &str = "seal.key";
const LENGTH: usize = 32;

#[derive(Debug, thiserror::Error)]
pub(crate) enum SealKeyError {
    #[error("the key file {} cannot be read or made: {cause}", path.display())]
    File { path: PathBuf, cause: io::Error },
    #[error("the key file {} does not hold 64 hexadecimal digits", path.display())]
    Malformed { path: PathBuf },
    #[error(
        "the key file {} is missing, but the database beside it exists: without the key its sealed \
         credentials cannot be read; put the key back",
        path.display()
    )]
    Lost { path: PathBuf },
    #[error("the operating system gives no randomness")]
    Randomness,
}

pub(super) fn open(data: &Path, database: Option<&Path>) -> Result<Sealer, SealKeyError> {
    let path = data.join(FILE_NAME);
    let missing = |cause: &io::Error| cause.kind() == io::ErrorKind::NotFound;
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        // The key is made before the database, so this is no first use. Another process may have
        // made both between the two looks.
        Err(cause) if missing(&cause) && database.is_some_and(Path::exists) => {
            match fs::read_to_string(&path) {
                Err(cause) if missing(&cause) => return Err(SealKeyError::Lost { path }),
                text => text.map_err(|cause| SealKeyError::File { path: path.clone(), cause })?,
            }
        }
        Err(cause) if missing(&cause) => make(data, &path)?,
        Err(cause) => return Err(SealKeyError::File { path, cause }),
    };
    let key = parse(text.trim()).ok_or(SealKeyError::Malformed { path })?;
    Ok(Sealer::new(&key))
}

/// Written whole under another name and then linked: of two processes that start at once, one makes
/// the key and both use that one, and no reader sees half a key.
fn make(data: &Path, path: &Path) -> Result<String, SealKeyError> {
    let failed = |cause| SealKeyError::File { path: path.to_owned(), cause };
    let mut key = [0_u8; LENGTH];
    rand::fill(&mut key).map_err(|_| SealKeyError::Randomness)?;
    let text = to_hex(&key);
    let draft = data.join(format!("{FILE_NAME}.{}", std::process::id()));
    let written = write_private(&draft, &text).and_then(|()| fs::hard_link(&draft, path));
    // The draft has served; if it stays behind, it is as private as the key.
    let _left_behind = fs::remove_file(&draft);
    match written {
        Ok(()) => Ok(text),
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {
            fs::read_to_string(path).map_err(failed)
        }
        Err(cause) => Err(failed(cause)),
    }
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}

fn to_hex(key: &[u8]) -> String {
    key.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a String cannot fail");
        text
    })
}

fn parse(text: &str) -> Option<[u8; LENGTH]> {
    if text.len() != 2 * LENGTH || !text.is_ascii() {
        return None;
    }
    let mut key = [0; LENGTH];
    for (index, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    #[test]
    fn the_key_is_made_once_and_private() -> Outcome {
        let data = tempfile::tempdir()?;
        open(data.path(), None)?;
        let first = fs::read_to_string(data.path().join(FILE_NAME))?;
        open(data.path(), None)?;
        assert_eq!(fs::read_to_string(data.path().join(FILE_NAME))?, first);
        assert_eq!(first.trim().len(), 64);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(data.path().join(FILE_NAME))?.permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(fs::read_dir(data.path())?.count(), 1, "the draft stayed behind");
        Ok(())
    }

    #[test]
    fn a_damaged_key_is_refused_and_left_alone() -> Outcome {
        let data = tempfile::tempdir()?;
        fs::write(data.path().join(FILE_NAME), "zz")?;
        assert!(matches!(open(data.path(), None), Err(SealKeyError::Malformed { .. })));
        assert_eq!(fs::read_to_string(data.path().join(FILE_NAME))?, "zz");
        Ok(())
    }

    #[test]
    fn a_key_lost_from_beside_a_database_is_not_replaced() -> io::Result<()> {
        let data = tempfile::tempdir()?;
        let database = data.path().join("seatlink.db");
        fs::write(&database, "")?;
        let refused = open(data.path(), Some(&database));
        assert!(matches!(refused, Err(SealKeyError::Lost { .. })));
        assert!(!data.path().join(FILE_NAME).exists());
        Ok(())
    }
}
