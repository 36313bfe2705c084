//! `seatlink schema`: extensions of resource types, and resource types of a tenant's own.

use std::{fs, path::PathBuf};

use clap::Subcommand;
use seatlink_domain::{
    Platform,
    directory::schemas::{self, NewSchema, Registered},
};
use serde_json::{Value, json};

use super::{
    find::TenantArgument,
    report::{Failure, Report, list_of},
};
use crate::api::views::RegisteredSchemaView;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Register an extension of a resource type or, with --endpoint, a new resource type
    Add(Add),
    /// List the schemas that the tenant registered
    List(List),
    /// Remove an extension or a resource type that holds no data
    Remove(Remove),
}

#[derive(Debug, clap::Args)]
pub(super) struct Add {
    #[command(flatten)]
    tenant: TenantArgument,
    /// Resource type to extend, such as User, or to create
    #[arg(long, value_name = "NAME")]
    resource_type: String,
    /// Endpoint of the new resource type, such as /Devices
    #[arg(long, value_name = "PATH", conflicts_with = "required")]
    endpoint: Option<String>,
    /// Require the extension in every later write
    #[arg(long)]
    required: bool,
    /// File with the schema as JSON, in the form of RFC 7643 section 7
    file: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct List {
    #[command(flatten)]
    tenant: TenantArgument,
}

#[derive(Debug, clap::Args)]
pub(super) struct Remove {
    #[command(flatten)]
    tenant: TenantArgument,
    /// Resource type; required when the schema extends several
    #[arg(long, value_name = "NAME")]
    resource_type: Option<String>,
    /// URN of the schema
    urn: String,
}

impl Command {
    pub(super) async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        match self {
            Self::Add(add) => add.run(platform).await,
            Self::List(list) => list.run(platform).await,
            Self::Remove(remove) => remove.run(platform).await,
        }
    }
}

impl Add {
    async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        let actor = self.tenant.operator(platform).await?;
        let schema = self.schema()?;
        let new = match self.endpoint {
            None => NewSchema::Extension {
                resource_type: self.resource_type,
                required: self.required,
                schema,
            },
            Some(endpoint) => NewSchema::ResourceType {
                definition: json!({
                    "name": self.resource_type,
                    "endpoint": endpoint,
                    "schema": schema["id"],
                }),
                schemas: vec![schema],
            },
        };
        let registered = schemas::add(platform, &actor, new).await?;
        let lines: Vec<String> = registered.iter().map(sentence).collect();
        let views = registered.iter().map(RegisteredSchemaView::of);
        Ok(Report::views(views, lines.join("\n")))
    }

    fn schema(&self) -> Result<Value, Failure> {
        let file = self.file.display();
        let text = fs::read(&self.file)
            .map_err(|error| Failure::input(format!("The file {file} cannot be read: {error}.")))?;
        // Editors of Windows put a byte order mark before the text.
        let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&text);
        serde_json::from_slice(text)
            .map_err(|error| Failure::input(format!("The file {file} is not JSON: {error}.")))
    }
}

fn sentence(registered: &Registered) -> String {
    let Registered { resource_type, schema, .. } = registered;
    match &registered.endpoint {
        Some(endpoint) => {
            format!(
                "The resource type {resource_type} is at {endpoint}, with the schema {}.",
                schema.id
            )
        }
        None => format!("The schema {} extends {resource_type}.", schema.id),
    }
}

impl List {
    async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        let actor = self.tenant.operator(platform).await?;
        let registered = schemas::list(platform, &actor).await?;
        let rows: Vec<[String; 5]> = registered
            .iter()
            .map(|one| {
                [
                    one.resource_type.clone(),
                    one.endpoint.clone().unwrap_or_else(|| String::from("(extension)")),
                    String::from(if one.required { "required" } else { "optional" }),
                    one.schema.attributes.len().to_string(),
                    one.schema.id.clone(),
                ]
            })
            .collect();
        let json = list_of(registered.iter().map(RegisteredSchemaView::of));
        let head = ["resource type", "endpoint", "required", "attributes", "schema"];
        Ok(Report::table(json, head, &rows))
    }
}

impl Remove {
    async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        let actor = self.tenant.operator(platform).await?;
        let resource_type = self.resource_type.as_deref();
        let removed = schemas::remove(platform, &actor, &self.urn, resource_type).await?;
        let text = format!("The schema {} is registered no more.", removed.schema.id);
        Ok(Report::view(&RegisteredSchemaView::of(&removed), text))
    }
}
