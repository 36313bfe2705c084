//! Lists of the tenant's own resources.

use seatlink_scim::ListQuery;
use seatlink_store as store;

use super::OwnType;
use crate::{
    Platform,
    actor::Actor,
    changes::{Operation, Subject},
    directory::{DirectoryError, Page, Stored, may_read, resolved, told, users::Window},
};

/// RFC 7644 §3.4.2.
pub async fn list(
    platform: &Platform,
    actor: &Actor,
    own: &OwnType,
    query: &ListQuery,
) -> Result<Page, DirectoryError> {
    if let Err(forbidden) = may_read(actor) {
        let subject = (Operation::Provision, Subject::Resource, None);
        return told(platform, actor, subject, Err(forbidden.into())).await;
    }
    own.belongs_to(actor)?;
    let filter = match &query.filter {
        Some(filter) => Some(resolved(platform, actor, filter, own.resource_type())?),
        None => None,
    };
    let window = Window::of(query);
    let own = own.clone();
    platform
        .db()
        .scan(actor.tenant, move |mut tx| async move {
            let filter = filter.as_ref();
            let records = if window.limit == 0 {
                Vec::new()
            } else {
                store::resources::list(&mut tx, own.name(), filter, window.offset, window.limit)
                    .await?
            };
            let total = if let Some(total) = window.known_total(records.len()) {
                total
            } else {
                let count = store::resources::count(&mut tx, own.name(), filter).await?;
                u64::try_from(count).unwrap_or(0)
            };
            let resources = records.into_iter().map(|record| Stored::own(record, &own)).collect();
            Ok::<_, DirectoryError>(Page { total, start_index: window.start_index, resources })
        })
        .await
}
