//! The fuzz target of people files.

use std::collections::HashSet;

use seatlink_domain::directory::people_file;

/// A people file: every person has a user name, no two have the same, and errors name lines of the
/// file.
pub(crate) fn people(data: &[u8]) -> String {
    match people_file::parse(data) {
        Ok(file) => {
            let mut names = HashSet::new();
            for row in &file.people {
                let name =
                    row.resource.iter().find(|(name, _)| name.eq_ignore_ascii_case("userName"));
                let name = name.and_then(|(_, value)| value.as_str()).unwrap_or_default().trim();
                assert!(!name.is_empty() && names.insert(seatlink_scim::fold(name)), "{name}");
            }
            format!("{} people", names.len().min(9))
        }
        Err(errors) => {
            let lines = data.split(|byte| matches!(byte, b'\n' | b'\r')).count();
            assert!(!errors.is_empty());
            for error in &errors {
                let line = usize::try_from(error.line).unwrap_or(usize::MAX);
                assert!((1..=lines).contains(&line), "{error} in a file of {lines} lines");
            }
            errors[0].sentence.split(' ').rev().take(4).collect()
        }
    }
}
