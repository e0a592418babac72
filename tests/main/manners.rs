//! How commands end, whatever they do.

use serde_json::Value;

use crate::project::Project;

#[test]
fn errors_are_json_lines_where_logs_are() {
    let project = Project::new();
    project.edit(
        "pipelines/territoires.yaml",
        "contract: communes",
        "contract: comunes",
    );
    project.edit("pipelines/ips.yaml", "contract: ips", "contract: isp");
    let ended = project.edulac(&["validate", "--log-format", "json"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    let lines = ended.stderr.lines().map(|line| {
        let mut line: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        line["timestamp"].take();
        line
    });
    insta::assert_json_snapshot!(lines.collect::<Vec<_>>());
}
