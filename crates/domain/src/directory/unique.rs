//! Values that a registered schema declares unique, kept in step with the resource in its
//! transaction.

use seatlink_scim::{Error as ScimError, UniqueValue};
use seatlink_store::{self as store, Tx, unique_values::UniqueKey};
use uuid::Uuid;

use super::{DirectoryError, Duplicate};

/// The longest value that can be unique; an index entry has to hold it.
const MAX_KEY: usize = 1_000;

/// Gives back what the resource no longer has and takes what it has now; 409 if another one has it.
///
/// Values come sorted, so that two writers never wait for each other in a circle.
pub(super) async fn change(
    tx: &mut Tx,
    resource_type: &str,
    id: Uuid,
    before: &[UniqueValue],
    after: &[UniqueValue],
) -> Result<(), DirectoryError> {
    for value in before.iter().filter(|value| !after.contains(value)) {
        let taken = UniqueKey { resource_type, path: &value.path, key: &value.key };
        store::unique_values::give_back(tx, taken, id).await?;
    }
    for value in after.iter().filter(|value| !before.contains(value)) {
        let UniqueValue { path, key } = value;
        if key.len() > MAX_KEY {
            return Err(ScimError::invalid_value(format!(
                "{path} must be unique, so it can be {MAX_KEY} bytes long at most."
            ))
            .into());
        }
        let wanted = UniqueKey { resource_type, path, key };
        if !store::unique_values::take(tx, wanted, id).await? {
            let (attribute, resource_type) = (path.clone(), resource_type.to_owned());
            return Err(DirectoryError::Duplicate(Duplicate::Value { attribute, resource_type }));
        }
    }
    Ok(())
}
