//! Where and how to run.

use edulac_yaml::{Diagnostic, Node, Source, check_with_formats, decode, parse};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::variables::{Scalar, Variable, Variables, explain_variables};
use crate::{Secret, schema};

/// Where and how to run: locations, variables of the pipelines, stand-ins for servers, limits.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Version of this format.
    #[schemars(schema_with = "schema::version")]
    pub version: u32,
    /// Name of the profile.
    #[schemars(schema_with = "schema::name")]
    pub profile: String,
    /// What the profile is for.
    #[serde(default)]
    pub description: Option<String>,
    /// Folder of the pipelines (relative to the root of the project). `pipelines` when absent.
    #[serde(default = "pipelines_folder")]
    pub pipelines: String,
    /// Folders of the data contracts. `data-contracts` when absent.
    #[serde(default = "contracts_folders")]
    pub contracts: Vec<String>,
    /// The public lake: a folder (relative to the root of the project) or an object store.
    #[schemars(schema_with = "schema::location")]
    pub lake: String,
    /// Extracts, rejects and accounts of runs: a folder or an object store that is never public.
    #[schemars(schema_with = "schema::location")]
    pub archive: String,
    /// Tables of the restricted zone: a folder or an object store. Needed by pipelines that make such tables.
    #[serde(default)]
    #[schemars(schema_with = "schema::optional_location")]
    pub restricted: Option<String>,
    /// Values of `${name}` in the pipelines and in the rest of this file: a text, number, boolean or a list of them.
    /// A later one may use an earlier one. `--set name=value` replaces one, with the same kind of value.
    #[serde(default)]
    #[schemars(extend("propertyNames" = schema::name_form()))]
    pub variables: IndexMap<String, Variable>,
    /// Stand-ins for servers: the start of an address, and the address or folder to use instead.
    #[serde(default)]
    pub endpoints: IndexMap<String, String>,
    /// What is known of sources beforehand, by `pipeline.source`.
    #[serde(default)]
    pub sources: IndexMap<String, Expected>,
    /// The file of what is made of the lake outside of it (relative to the root of the project): who reuses which tables. None
    /// when absent.
    #[serde(default)]
    #[schemars(schema_with = "schema::optional_file_path")]
    pub reuses: Option<String>,
    /// Who is told of what a run changes or holds.
    #[serde(default)]
    pub notify: Option<Notify>,
    /// How to reach the object store, where the environment does not say.
    #[serde(default)]
    pub storage: Option<Storage>,
    /// Memory that a run may use, in MiB. Chosen by the engine when absent.
    #[serde(default)]
    #[schemars(range(min = 64))]
    pub memory_mib: Option<u32>,
    /// Threads that a run may use. All when absent.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub threads: Option<u16>,
    /// Variables that only `--set` gives.
    #[serde(skip)]
    pub(crate) undeclared: Vec<String>,
}

fn pipelines_folder() -> String {
    "pipelines".to_owned()
}

fn contracts_folders() -> Vec<String> {
    vec!["data-contracts".to_owned()]
}

/// What is known of a source beforehand, where this profile runs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Fewest records that the source has: with fewer, the tables that are made from it keep their last version.
    #[serde(default)]
    pub min_records: Option<u64>,
}

/// Who is told of what a run changes or holds: once for each change of state of a table, not at every run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Notify {
    /// Address that takes a JSON document by POST, one for each owner of tables. A secret: such addresses let anyone write.
    pub webhook: Secret,
}

/// How to reach an object store.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Storage {
    /// Address of the service, when it is not the cloud's own.
    #[serde(default)]
    #[schemars(schema_with = "schema::optional_http_url")]
    pub endpoint: Option<String>,
    /// Region of the buckets (S3).
    #[serde(default)]
    pub region: Option<String>,
    /// Whether `http://` is accepted for the service: for a server of one's own network only.
    #[serde(default)]
    pub allow_http: bool,
    /// Identifier of the access key (S3).
    #[serde(default)]
    pub access_key_id: Option<Secret>,
    /// The access key (S3).
    #[serde(default)]
    pub secret_access_key: Option<Secret>,
    /// Storage account (Azure).
    #[serde(default)]
    pub account: Option<String>,
    /// Key of the storage account (Azure).
    #[serde(default)]
    pub account_key: Option<Secret>,
    /// Key of a service account, the JSON that Google gives out (GCS).
    #[serde(default)]
    pub service_account_key: Option<Secret>,
}

/// Reads a profile. `sets` are the arguments of `--set`, `name=value`; a value is read as the kind of value that the
/// profile gives to the variable (a list is separated by commas), and as a text when the profile does not know it.
///
/// # Errors
/// Everything wrong in the file and the arguments.
pub fn load_profile(source: &Source, sets: &[String]) -> Result<Profile, Vec<Diagnostic>> {
    let tree = parse(source)?;
    let mut found = Vec::new();
    let (tree, variables) = Variables::of_profile(source, tree, sets, &mut found);
    let (tree, uses) = variables.resolve_beside(source, tree, &mut found);
    let shape = check_with_formats(source, &tree, &schema::PROFILE, &schema::FORMATS);
    found.extend(explain_variables(shape, &uses, &variables));
    private_inside_public(source, &tree, &mut found);
    if found.iter().any(Diagnostic::is_error) {
        return Err(found);
    }
    let mut profile: Profile = decode(source, &tree)?;
    for (name, text) in variables.undeclared {
        profile.undeclared.push(name.clone());
        let value = Variable::Scalar(Scalar::Text(text));
        profile.variables.insert(name, value);
    }
    Ok(profile)
}

/// The archive and the restricted zone must not be served with the lake.
fn private_inside_public(source: &Source, tree: &Node, found: &mut Vec<Diagnostic>) {
    let path = |key| tree.get(key).and_then(Node::as_str).map(parts);
    let Some(lake) = path("lake") else {
        return;
    };
    for key in ["archive", "restricted"] {
        if path(key).is_some_and(|private| private.starts_with(&lake)) {
            let span = tree.span_at(&format!("/{key}"));
            let message = format!("`{key}` lies inside the lake, which is public");
            found.push(
                Diagnostic::error("edulac::spec::private_inside_public", source, span, message)
                    .with_label("would be published")
                    .with_related(source, tree.span_at("/lake"), "the lake")
                    .with_help("put it beside the lake, not in it"),
            );
        }
    }
}

/// The folders of a location, without what changes nothing.
fn parts(location: &str) -> Vec<&str> {
    let location = location.strip_prefix("file://").unwrap_or(location);
    let absolute = location.starts_with('/').then_some("/");
    let parts = location
        .split('/')
        .filter(|part| !matches!(*part, "" | "."));
    absolute.into_iter().chain(parts).collect()
}
