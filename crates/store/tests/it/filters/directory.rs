//! Users and groups of one tenant, in the database and as they are returned.

use seatlink_scim::{
    Document, Leniency, Registry, ResolvedFilter, ResourceType, SortOrder, fold, schema,
    search_form, validate,
};
use seatlink_store::{
    Db, Error, GroupId, ResourceId, TenantId, Timestamp, Tx, UserId,
    changes::{self, ChangeWrite},
    groups::{self, GroupWrite},
    listing::{self, Source, Table},
    memberships::{self, MemberType},
    resources::{self, ResourceWrite},
    schemas::{self, SchemaRecord},
    users::{self, UserWrite},
};
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) const BASE: &str = "https://scim.example.com/v2";

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    User,
    Group,
    /// A type that the tenant registered.
    Device,
}

impl Kind {
    pub(crate) fn resource_type(self, registry: &Registry) -> &ResourceType {
        registry
            .resource_type(self.name())
            .expect("users and groups are standard, devices are added")
    }

    pub(crate) const fn table(self) -> Table<'static> {
        match self {
            Self::User => Table::Users,
            Self::Group => Table::Groups,
            Self::Device => Table::Resources("Device"),
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
            Self::Device => "Device",
        }
    }
}

/// A resource as a client would send it, with what the server decides.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    pub(crate) id: Uuid,
    pub(crate) body: Value,
    pub(crate) created: Timestamp,
    /// When it was written a second time.
    pub(crate) modified: Option<Timestamp>,
    /// For groups: positions in the list of entries.
    pub(crate) members: Vec<usize>,
}

/// The id in a user's `manager`.
fn manager_of(document: &Document) -> Option<UserId> {
    let id: Uuid = document.str_at(&[schema::ENTERPRISE_USER, "manager", "value"])?.parse().ok()?;
    (!id.is_nil()).then(|| UserId::from(id))
}

fn reference(other: &Entry) -> String {
    format!("{BASE}/{}s/{}", other.kind.name(), other.id)
}

#[derive(Clone, Debug)]
pub(crate) struct Directory {
    pub(crate) registry: Registry,
    pub(crate) entries: Vec<Entry>,
}

impl Directory {
    fn document(&self, entry: &Entry) -> Document {
        let rt = entry.kind.resource_type(&self.registry);
        let accepted = validate::create(rt, entry.body.clone(), Leniency::Strict);
        accepted.unwrap_or_else(|error| unreachable!("{}: {}", error.detail, entry.body)).document
    }

    /// The resource as it is returned: the document, what is computed, and `meta`.
    pub(crate) fn view(&self, entry: &Entry) -> Value {
        let document = self.document(entry);
        let manager = manager_of(&document).map(UserId::uuid);
        let manager = self.entries.iter().find(|other| {
            entry.kind == Kind::User && other.kind == Kind::User && Some(other.id) == manager
        });
        let mut view = document.into_map();
        if let Some(manager) = manager {
            let mut shown = json!({ "value": manager.id, "$ref": reference(manager) });
            if let Some(name) = self.document(manager).str_at(&["displayName"]) {
                shown["displayName"] = name.into();
            }
            view[schema::ENTERPRISE_USER]["manager"] = shown;
        }
        view.insert("id".to_owned(), json!(entry.id));
        let (name, related): (_, Vec<Value>) = match entry.kind {
            Kind::User => ("groups", self.groups_of(entry)),
            Kind::Device => ("members", Vec::new()),
            Kind::Group => (
                "members",
                entry
                    .members
                    .iter()
                    .map(|at| &self.entries[*at])
                    .map(|member| {
                        let mut view = json!({
                            "value": member.id, "$ref": reference(member), "type": member.kind.name(),
                        });
                        if let Some(name) = self.document(member).str_at(&["displayName"]) {
                            view["display"] = name.into();
                        }
                        view
                    })
                    .collect(),
            ),
        };
        if !related.is_empty() {
            view.insert(name.to_owned(), related.into());
        }
        let meta = json!({
            "resourceType": entry.kind.name(),
            "created": entry.created.rfc3339(),
            "lastModified": entry.modified.unwrap_or(entry.created).rfc3339(),
            "location": reference(entry),
            "version": if entry.modified.is_some() { "W/\"2\"" } else { "W/\"1\"" },
        });
        view.insert("meta".to_owned(), meta);
        Value::Object(view)
    }

    /// The groups above a user, by walking up until nothing new is found.
    fn groups_of(&self, entry: &Entry) -> Vec<Value> {
        let above = |id: Uuid| {
            self.entries
                .iter()
                .filter(move |group| group.members.iter().any(|at| self.entries[*at].id == id))
        };
        let direct: Vec<Uuid> = above(entry.id).map(|group| group.id).collect();
        let mut found: Vec<&Entry> = above(entry.id).collect();
        let mut next = 0;
        while let Some(group) = found.get(next).copied() {
            for parent in above(group.id) {
                if found.iter().all(|known| known.id != parent.id) {
                    found.push(parent);
                }
            }
            next += 1;
        }
        found
            .into_iter()
            .map(|group| {
                json!({
                    "value": group.id, "$ref": reference(group),
                    "display": group.body["displayName"],
                    "type": if direct.contains(&group.id) { "direct" } else { "indirect" },
                })
            })
            .collect()
    }

    /// The ids that match, in order, found in memory.
    pub(crate) fn matching(&self, kind: Kind, filter: &ResolvedFilter) -> Vec<Uuid> {
        let mut ids: Vec<Uuid> = self
            .entries
            .iter()
            .filter(|entry| entry.kind == kind && filter.matches(&self.view(entry)))
            .map(|entry| entry.id)
            .collect();
        ids.sort_unstable();
        ids
    }

    /// Writes everything into a tenant.
    pub(crate) async fn store(&self, db: &Db, tenant: TenantId) -> Result<(), Error> {
        let this = self.clone();
        db.write(tenant, move |mut tx| async move {
            // The path of a device's location is known from the row of its type.
            let record = SchemaRecord {
                resource_type: Kind::Device.name().to_owned(),
                urn_key: String::from("urn:example:device"),
                endpoint: Some(String::from("/Devices")),
                description: String::new(),
                required: true,
                document: String::from("{}"),
                created_at: Timestamp::from_micros(0),
            };
            schemas::insert(&mut tx, &record).await?;
            for entry in &this.entries {
                this.insert(&mut tx, entry).await?;
                for at in [Some(entry.created), entry.modified].into_iter().flatten() {
                    logged(&mut tx, entry, at).await?;
                }
            }
            for entry in &this.entries {
                this.add_members(&mut tx, entry).await?;
            }
            Ok(())
        })
        .await
    }

    async fn insert(&self, tx: &mut Tx, entry: &Entry) -> Result<(), Error> {
        let document = self.document(entry);
        let rt = entry.kind.resource_type(&self.registry);
        let text = document.to_text();
        let form = search_form(rt, &Value::from(document.clone()));
        let search = match entry.kind {
            Kind::User => users::search_text(form),
            Kind::Group | Kind::Device => form.to_string(),
        };
        let external_id = document.str_at(&["externalId"]);
        let folded = |name: &str| fold(document.str_at(&[name]).unwrap_or_default());
        if entry.kind == Kind::Device {
            let device = ResourceWrite {
                resource_type: entry.kind.name(),
                id: ResourceId::from(entry.id),
                external_id,
                at: entry.created,
                document: &text,
                search: &search,
            };
            resources::insert(tx, device).await?;
            if let Some(at) = entry.modified {
                resources::update(tx, ResourceWrite { at, ..device }).await?;
            }
            return Ok(());
        }
        if entry.kind == Kind::Group {
            let group = GroupWrite {
                id: GroupId::from(entry.id),
                display_name: document.str_at(&["displayName"]).unwrap_or_default(),
                name_key: &folded("displayName"),
                external_id,
                at: entry.created,
                document: &text,
                search: &search,
            };
            groups::insert(tx, group).await?;
            if let Some(at) = entry.modified {
                groups::update(tx, GroupWrite { at, ..group }).await?;
            }
            return Ok(());
        }
        let emails = document.get("emails").and_then(Value::as_array);
        let email_keys: Vec<String> = emails
            .into_iter()
            .flatten()
            .filter_map(|email| email["value"].as_str())
            .map(fold)
            .collect();
        let user = UserWrite {
            id: UserId::from(entry.id),
            user_name: document.str_at(&["userName"]).unwrap_or_default(),
            user_name_key: &folded("userName"),
            external_id,
            active: document.get("active").and_then(Value::as_bool).unwrap_or(true),
            at: entry.created,
            document: &text,
            search: &search,
            email_keys: &email_keys,
            manager: manager_of(&document),
        };
        assert!(users::insert(tx, user).await?, "every user name of the directory is its own");
        if let Some(at) = entry.modified {
            assert!(users::update(tx, UserWrite { at, ..user }, 1).await?);
        }
        Ok(())
    }

    async fn add_members(&self, tx: &mut Tx, group: &Entry) -> Result<(), Error> {
        for (kind, member_type) in
            [(Kind::User, MemberType::User), (Kind::Group, MemberType::Group)]
        {
            let members = group.members.iter().map(|at| &self.entries[*at]);
            let ids: Vec<Uuid> =
                members.filter(|member| member.kind == kind).map(|member| member.id).collect();
            if !ids.is_empty() {
                memberships::add(tx, GroupId::from(group.id), member_type, &ids).await?;
            }
        }
        Ok(())
    }
}

/// Every write has a row of the log, by which recent ones are found.
async fn logged(tx: &mut Tx, entry: &Entry, at: Timestamp) -> Result<(), Error> {
    let change = ChangeWrite {
        at,
        actor_kind: "system",
        actor_id: None,
        actor_name: "test",
        connection: None,
        request_id: None,
        operation: "create",
        resource_type: entry.kind.name(),
        resource_id: Some(entry.id),
        difference: None,
        reason: "created",
        event: "{}",
    };
    changes::append(tx, change).await
}

/// The ids that match, in order, found by the database. The count has to agree.
pub(crate) async fn found(
    db: &Db,
    tenant: TenantId,
    kind: Kind,
    filter: &ResolvedFilter,
) -> Result<Vec<Uuid>, Error> {
    let filter = filter.clone();
    db.scan(tenant, move |mut tx| async move {
        let tx = &mut tx;
        let filter = Some(&filter);
        let source = Source { table: kind.table(), filter, sorted_by: None };
        let records = listing::by_id(tx, source, SortOrder::Ascending, None, 0, 1000).await?;
        let ids: Vec<Uuid> = records.into_iter().map(|record| record.id).collect();
        let count = listing::count(tx, source).await?;
        assert_eq!(usize::try_from(count), Ok(ids.len()), "the count differs from the list");
        Ok(ids)
    })
    .await
}
