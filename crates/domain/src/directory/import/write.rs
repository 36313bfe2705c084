//! People of a file on their way into the database, inside one transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use seatlink_scim::Document;
use seatlink_store::{
    self as store, GroupId, Posted, RoleId, Timestamp, Tx, UserId, changes::ChangeWrite,
    memberships::MemberType, users::UserRecord, users::UserWrite, work::Priority,
};
use serde_json::Value;
use uuid::Uuid;

use super::{ImportError, ImportSummary, at_line, prepare::Prepared};
use crate::{
    Platform,
    access::roles::{self, RoleStatus, Wanted},
    actor::Actor,
    directory::{
        groups,
        people_file::RowError,
        schemas, unique,
        users::{self, Next},
    },
    log::{self, Change, Event, Named, Operation, Reason, Subject},
    tenants::Tenant,
};

/// Who is to be in which group, by the group's name.
pub(super) type Members = BTreeMap<String, Vec<Uuid>>;

/// The groups of those who are written, by name.
pub(super) type Groups = BTreeMap<String, GroupId>;

/// What the people of one transaction are written with.
pub(super) struct Writing<'a> {
    pub(super) actor: &'a Actor,
    pub(super) tenant: &'a Tenant,
    pub(super) at: Timestamp,
}

impl Writing<'_> {
    /// The groups that these people are to be in, made if they are not there. Nobody else changes
    /// them from then on.
    ///
    /// To be done before anybody is written: whoever is deleted leaves their groups first too, and
    /// in one order nobody waits for each other.
    pub(super) async fn lock_groups(
        &self,
        tx: &mut Tx,
        platform: &Platform,
        people: &[Prepared],
    ) -> Result<Groups, ImportError> {
        let names: BTreeSet<&String> = people.iter().flat_map(|person| &person.groups).collect();
        let mut groups = Groups::new();
        if names.is_empty() {
            return Ok(groups);
        }
        store::gate::share(tx).await?;
        for name in names {
            let group = groups::ensure(tx, platform, self.actor, self.tenant, name, self.at)
                .await
                .map_err(|error| at_line(0, error))?;
            groups.insert(name.clone(), group);
        }
        // In the order in which a deletion locks them. Two names may be one group.
        let ids: BTreeSet<GroupId> = groups.values().copied().collect();
        for id in ids {
            // Nobody is put into a group that was deleted at this moment.
            store::groups::lock(tx, id).await?.ok_or(store::Error::Busy)?;
        }
        Ok(groups)
    }

    /// Creates who is new and updates who is not. The second number counts work items.
    pub(super) async fn people(
        &self,
        tx: &mut Tx,
        people: &[Prepared],
        members: &mut Members,
    ) -> Result<(ImportSummary, u64), ImportError> {
        self.roles_still_count(tx, people).await?;
        let documents = people.iter().map(|person| person.row.text());
        schemas::hold_each(tx, self.tenant, "User", documents)
            .await
            .map_err(|error| at_line(0, error))?;
        let rows: Vec<UserWrite<'_>> =
            people.iter().map(|person| person.row.write(person.id, self.at)).collect();
        let managers: BTreeSet<Uuid> =
            rows.iter().filter_map(|row| row.manager).map(UserId::uuid).collect();
        store::users::keep(tx, &managers.into_iter().collect::<Vec<_>>()).await?;
        let inserted = store::bulk::insert_users(tx, &rows).await?;
        let mut summary = ImportSummary::default();
        let mut present = Vec::new();
        let mut created = Vec::with_capacity(people.len());
        let mut holders = Vec::new();
        for (person, inserted) in people.iter().zip(inserted) {
            if !inserted {
                present.push(person);
                continue;
            }
            summary.created += 1;
            created.push((person.id.uuid(), event(person).to_stored()));
            holders.extend(person.role.as_ref().map(|(role, _)| (person.id, *role)));
            let unique = &person.row.unique;
            unique::change(tx, "User", person.id.uuid(), &[], unique)
                .await
                .map_err(|error| at_line(person.line, error))?;
            join(members, person, person.id);
        }
        store::bulk::hold_primary(tx, &holders).await?;
        self.record_created(tx, &created).await?;
        // Nobody new is assigned anywhere or linked before joining a group, so there is no work
        // yet.
        let enqueued = self.update(tx, &present, &mut summary, members).await?;
        Ok((summary, enqueued))
    }

    /// Roles were looked up before: one may have been deactivated since.
    async fn roles_still_count(&self, tx: &mut Tx, people: &[Prepared]) -> Result<(), ImportError> {
        let mut wanted: BTreeMap<RoleId, (&str, u64)> = BTreeMap::new();
        for person in people {
            if let Some((id, name)) = &person.role {
                wanted.entry(*id).or_insert((name, person.line));
            }
        }
        for (id, (name, line)) in wanted {
            let role = roles::by_id(tx, id, Wanted::ToGive).await?;
            if role.is_none_or(|role| role.status != RoleStatus::Active) {
                let sentence = format!(
                    "roles: the role “{name}” was deactivated while the file was imported; activate it \
                     and import the file again."
                );
                return Err(ImportError::Rows(vec![RowError { line, column: None, sentence }]));
            }
        }
        Ok(())
    }

    async fn record_created(
        &self,
        tx: &mut Tx,
        created: &[(Uuid, String)],
    ) -> Result<(), store::Error> {
        let actor_id = self.actor.user().map(|id| id.to_string());
        let common = ChangeWrite {
            at: self.at,
            actor_kind: self.actor.kind.as_str(),
            actor_id: actor_id.as_deref(),
            actor_name: &self.actor.name,
            connection: self.actor.connection.as_deref(),
            request_id: self.actor.request_id.as_deref(),
            operation: Operation::Create.as_str(),
            resource_type: Subject::User.as_str(),
            resource_id: None,
            difference: None,
            reason: Reason::Created.as_str(),
            event: "",
        };
        store::bulk::append_changes(tx, common, created).await
    }

    /// People whose names were taken: by themselves, from an earlier import or another door.
    async fn update(
        &self,
        tx: &mut Tx,
        present: &[&Prepared],
        summary: &mut ImportSummary,
        members: &mut Members,
    ) -> Result<u64, ImportError> {
        if present.is_empty() {
            return Ok(0);
        }
        let keys: Vec<&str> =
            present.iter().map(|person| person.row.user_name_key.as_str()).collect();
        let found = store::bulk::find_by_user_names(tx, &keys).await?;
        let mut records: HashMap<String, UserRecord> = found.into_iter().collect();
        let mut both = Vec::with_capacity(present.len());
        for person in present {
            // Gone between two statements, which only another node of PostgreSQL can do.
            let record = records.remove(&person.row.user_name_key).ok_or(store::Error::Busy)?;
            both.push((record, person));
        }
        // In one order, whatever that of the file, nobody waits for each other.
        both.sort_by_key(|(record, _)| record.id);
        let mut items = Vec::new();
        for (record, person) in both {
            let id = record.id;
            join(members, person, id);
            if record.document == person.row.text() {
                summary.unchanged += 1;
                continue;
            }
            let version = record.version;
            let saved = self.save(tx, record, person).await;
            let (saved, posted) = saved.map_err(|error| at_line(person.line, error))?;
            items.push(posted);
            if saved.version == version {
                summary.unchanged += 1;
            } else {
                summary.updated += 1;
            }
        }
        let mut enqueued = 0;
        for posted in items {
            enqueued += tx.count(posted).await?;
        }
        Ok(enqueued)
    }

    async fn save(
        &self,
        tx: &mut Tx,
        record: UserRecord,
        person: &Prepared,
    ) -> Result<(UserRecord, Posted), crate::directory::DirectoryError> {
        let current = Document::from_stored(&record.document)?;
        let document = merged(&current, person.document()?);
        if document == current {
            return Ok((record, Posted::NOTHING));
        }
        let operation = Operation::Import;
        // Somebody else may be changing this person, and then the file's row comes on top of that.
        let locked = store::users::lock(tx, record.id).await?.ok_or(store::Error::Busy)?;
        let (record, current, document) = if locked.version == record.version {
            (record, current, document)
        } else {
            let current = Document::from_stored(&locked.document)?;
            let document = merged(&current, person.document()?);
            (locked, current, document)
        };
        let next = Next { operation, at: self.at, current, document, repairs: &[] };
        let saved = users::save(tx, self.actor, self.tenant, record, next).await?;
        Ok((saved.record, saved.enqueued))
    }

    /// Puts people into their groups, which are locked.
    pub(super) async fn join(
        &self,
        tx: &mut Tx,
        groups: &Groups,
        members: Members,
    ) -> Result<u64, ImportError> {
        let mut enqueued = 0;
        for (name, ids) in members {
            let group = *groups.get(&name).ok_or(store::Error::Busy)?;
            let added = store::memberships::add(tx, group, MemberType::User, &ids).await?;
            if added == 0 {
                continue;
            }
            store::groups::touch(tx, group, self.at).await?;
            let event = Event::MembersImported { group: Named::new(group, name), added };
            log::record(tx, self.actor, self.at, &Change::new(event)).await?;
            for integration in store::integrations::of_group(tx, group.uuid()).await? {
                let priority = Priority::Normal;
                enqueued +=
                    store::work::enqueue_users(tx, integration, &ids, priority, self.at).await?;
            }
        }
        Ok(enqueued)
    }
}

fn join(members: &mut Members, person: &Prepared, id: UserId) {
    for group in &person.groups {
        match members.get_mut(group) {
            Some(ids) => ids.push(id.uuid()),
            None => {
                members.insert(group.clone(), vec![id.uuid()]);
            }
        }
    }
}

fn event(person: &Prepared) -> Event {
    Event::UserCreated {
        user: Named::new(person.id, &person.row.user_name),
        role: person.role.as_ref().map(|(id, name)| Named::new(*id, name)),
    }
}

/// The file says what it has columns for; everything else about the person stays.
fn merged(current: &Document, row: Document) -> Document {
    let mut document = current.clone();
    for (name, value) in row.into_map() {
        match (&value, document.get(&name)) {
            _ if name == "schemas" => {}
            (Value::Object(new), Some(Value::Object(old))) => {
                let mut both = old.clone();
                both.extend(new.clone());
                document.set_at(&[&name], Value::Object(both));
            }
            _ => document.set_at(&[&name], value),
        }
    }
    document
}
