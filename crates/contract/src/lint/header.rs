//! The top of the document.

use std::path::Path;

use super::Linter;
use crate::contract::Contract;
use crate::document::Document;
use crate::extension::{LICENCE, Place};
use crate::value::{Status, Version};

const API_VERSION: &str = "v3.1.0";
const KIND: &str = "DataContract";

impl Linter<'_> {
    pub(super) fn contract(&mut self, document: Document) -> Option<Contract> {
        self.standard(&document);
        self.sentences(&document);
        let version = self.version(&document.version);
        let status = self.word(
            "/status",
            &document.status,
            "`status`",
            Status::ALL,
            Status::as_str,
        );
        let extensions = self.extensions(Place::Contract, "", &document.custom_properties);
        let licence = extensions.text(self, LICENCE);
        let name = self.name(&document);
        let table =
            match &document.schema[..] {
                [table] => self.table(table, name.as_deref()),
                tables => {
                    self.error(
                    "edulac::contract::one_table",
                    "/schema",
                    format!("a contract is about one table, this one has {}", tables.len()),
                    "keep one object under `schema`, and give each other table a file of its own",
                );
                    None
                }
            };
        let (version, status, table) = (version?, status?, table?);
        Some(Contract {
            source: self.source.clone(),
            version,
            status,
            description: table.description,
            grain: table.grain,
            vintage: table.vintage,
            licence,
            notices: table.notices,
            columns: table.columns,
            references: table.references,
            checks: table.checks,
            warnings: Vec::new(),
            document,
        })
    }

    fn standard(&mut self, document: &Document) {
        if document.api_version != API_VERSION {
            self.error(
                "edulac::contract::api_version",
                "/apiVersion",
                format!("`apiVersion` cannot be `{}`", document.api_version),
                format!("write `{API_VERSION}`, the version of ODCS that this lake reads"),
            );
        }
        if document.kind != KIND {
            self.error(
                "edulac::contract::kind",
                "/kind",
                format!("`kind` cannot be `{}`", document.kind),
                format!("write `{KIND}`"),
            );
        }
        self.text(
            "/id",
            Some(&document.id),
            "`id`",
            "give the contract an id that no other has, such as a URN",
        );
    }

    /// What the table is for and what it does not say: readers have nothing else to go by.
    fn sentences(&mut self, document: &Document) {
        let description = &document.description;
        for (key, text, help) in [
            (
                "purpose",
                &description.purpose,
                "say in French what the table is for",
            ),
            (
                "limitations",
                &description.limitations,
                "say in French what the table does not say, what is missing or late",
            ),
            (
                "usage",
                &description.usage,
                "say in French how to use the table, and how not to",
            ),
        ] {
            self.text(
                &format!("/description/{key}"),
                text.as_deref(),
                &format!("`description.{key}`"),
                help,
            );
        }
    }

    fn version(&mut self, written: &str) -> Option<Version> {
        let version = Version::parse(written);
        if version.is_none() {
            self.error(
                "edulac::contract::version",
                "/version",
                format!("`version` cannot be `{written}`"),
                "write `MAJOR.MINOR.PATCH`, such as `1.0.0`: a breaking change needs a new major version",
            );
        }
        version
    }

    /// The name that the contract, its file and its table share.
    fn name(&mut self, document: &Document) -> Option<String> {
        let help = "name the contract after its table";
        let name = self.text("/name", document.name.as_deref(), "`name`", help)?;
        if !super::is_identifier(&name) {
            self.error(
                "edulac::contract::name",
                "/name",
                format!("a table cannot be named `{name}`"),
                "use lower-case letters, digits and `_`, a letter first",
            );
        }
        let file = Path::new(&*self.source.name)
            .file_stem()
            .and_then(|stem| stem.to_str());
        if let Some(file) = file.filter(|file| *file != name) {
            self.error(
                "edulac::contract::name",
                "/name",
                format!("the contract is named `{name}` and its file `{file}`"),
                format!("name the file `{name}.yaml`, or write `name: {file}`"),
            );
        }
        Some(name)
    }
}
