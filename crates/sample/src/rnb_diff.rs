//! What happened to the buildings in the year before an edition, as the register's diff tells it (DOMAIN C3, C4).
//!
//! Edition 1 has corrections only. In edition 2 every merged, split and new building of the export has its events: the
//! old ones are deactivated, the new ones created with their parents, all under one `event_id`. A building that is gone without
//! a successor is deactivated by an event of its own; some were deactivated and reactivated, and are in the export as before.

use std::fmt::Write as _;
use std::io::Write;

use crate::change::Fate;
use crate::geometry::Projection;
use crate::output::{Output, Text};
use crate::plan::Plan;
use crate::rnb::{position, shape_of};
use crate::rnb_id::{identifier, mix, ordinal};
use crate::town::{Building, Key};
use crate::{Error, Options};

const FILE: &str = "rnb-api.beta.gouv.fr/api/alpha/buildings/diff.gz";
const HEADER: &str = "action,rnb_id,status,is_active,sys_period,point,shape,addresses_id,ext_ids,parent_buildings,event_id,event_type,username,validated_by\n";
/// Of the buildings of edition 1, those whose outline was corrected.
const CORRECTED: u64 = 400;

/// The digits of the month in the time of an event.
const MONTH: std::ops::Range<usize> = 5..7;

/// Writes the events; says how many.
pub(crate) fn write(
    out: &Output,
    options: &Options,
    plan: &Plan,
    projection: &Projection,
) -> Result<u64, Error> {
    let mut diff = Diff {
        file: out.gzip(FILE)?,
        options,
        projection,
        events: 0,
    };
    diff.file.write(HEADER)?;
    for town in &plan.towns {
        for (before, after) in town.blocks(1).zip(town.blocks(options.edition)) {
            if options.edition < 2 {
                for building in &before {
                    if mix(ordinal(building.key)).is_multiple_of(CORRECTED) {
                        let event = diff.event(building.key, "update", true);
                        diff.tell(&event, building, &[])?;
                    }
                }
            } else {
                let replaced = diff.year(&before, &after)?;
                diff.gone_or_restored(town.seed, &before, &after, &replaced)?;
            }
        }
    }
    diff.file.finish()?;
    Ok(diff.events)
}

struct Diff<'a, W: Write> {
    file: Text<W>,
    options: &'a Options,
    projection: &'a Projection,
    events: u64,
}

/// One line: what was done to a building, and the event that it belongs to.
struct Event {
    action: &'static str,
    kind: &'static str,
    key: Key,
    active: bool,
    id: String,
    at: String,
}

impl<W: Write> Diff<'_, W> {
    fn event(&self, of: Key, kind: &'static str, active: bool) -> Event {
        let number = mix(ordinal(of) ^ self.options.seed.rotate_left(17));
        let high = mix(number);
        let (day, hour) = (number % 28 + 1, (number >> 8) % 24);
        let (minute, micros) = ((number >> 16) % 60, (number >> 24) % 1_000_000);
        let month = if self.options.edition < 2 {
            9
        } else {
            (number >> 48) % 3 + 7
        };
        let year = if self.options.edition < 2 { 2025 } else { 2026 };
        Event {
            action: kind,
            kind,
            key: of,
            active,
            id: format!(
                "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
                number >> 32,
                number & 0xffff,
                (number >> 16) & 0xfff,
                high & 0xfff,
                high >> 16
            ),
            at: format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:07.{micros:06}+00"),
        }
    }

    /// The merges, splits and creations between two states of a block; the buildings that others take the place of.
    fn year(&mut self, before: &[Building], after: &[Building]) -> Result<Vec<Key>, Error> {
        let mut replaced = Vec::new();
        for building in after {
            if before.iter().any(|old| old.key == building.key) {
                continue;
            }
            let place = before
                .iter()
                .position(|old| old.key.slot == building.key.slot);
            // A merged building stands where the first of its two parents stood; the second came after it.
            let (kind, parents) = match (place, building.key.generation) {
                (Some(place), 1) => ("merge", &before[place..=place + 1]),
                (Some(place), _) => ("split", &before[place..=place]),
                (None, _) => ("creation", &before[..0]),
            };
            let root = parents.first().map_or(building.key, |parent| parent.key);
            // The parents go once: with the merged building, or with the first of the halves.
            if building.key.generation <= 2 {
                for parent in parents {
                    let event = Event {
                        action: "deactivate",
                        key: parent.key,
                        ..self.event(root, kind, false)
                    };
                    self.tell(&event, parent, &[])?;
                }
            }
            let event = Event {
                action: "create",
                key: building.key,
                ..self.event(root, kind, true)
            };
            let parents: Vec<Key> = parents.iter().map(|parent| parent.key).collect();
            self.tell(&event, building, &parents)?;
            replaced.extend(parents);
        }
        Ok(replaced)
    }

    /// The buildings of a block that were deactivated with nothing in their place, for good or until they were reactivated.
    fn gone_or_restored(
        &mut self,
        seed: u64,
        before: &[Building],
        after: &[Building],
        replaced: &[Key],
    ) -> Result<(), Error> {
        for building in before {
            let key = building.key;
            let stays = after.iter().any(|other| other.key == key);
            let restored = stays && Fate::of(seed, building) == Fate::Restored;
            if !restored && (stays || replaced.contains(&key)) {
                continue;
            }
            let mut out = Event {
                action: "deactivate",
                ..self.event(key, "deactivation", false)
            };
            if restored {
                out.at.replace_range(MONTH, "07");
            }
            self.tell(&out, building, &[])?;
            if restored {
                // An event of its own, two months later.
                let mut back = Event {
                    action: "reactivate",
                    kind: "reactivation",
                    active: true,
                    ..out
                };
                back.at.replace_range(MONTH, "09");
                back.id
                    .replace_range(..8, &format!("{:08x}", mix(ordinal(key)) >> 32));
                self.tell(&back, building, &[])?;
            }
        }
        Ok(())
    }

    fn tell(&mut self, event: &Event, building: &Building, parents: &[Key]) -> Result<(), Error> {
        let seed = self.options.seed;
        let Event {
            action,
            kind,
            key,
            active,
            id,
            at,
        } = event;
        let active = u8::from(*active);
        let mut line = format!(
            "{action},{},constructed,{active},\"[\"\"{at}\"\",)\",SRID=4326;POINT(",
            identifier(seed, *key)
        );
        position(&mut line, building.inside, self.projection)?;
        line.push_str("),\"SRID=4326;POLYGON((");
        shape_of(&mut line, building, self.projection)?;
        line.push_str("))\",[],[],");
        if !parents.is_empty() {
            let ids: Vec<String> = parents
                .iter()
                .map(|parent| format!("\"\"{}\"\"", identifier(seed, *parent)))
                .collect();
            let _ = write!(line, "\"[{}]\"", ids.join(", "));
        }
        let _ = writeln!(line, ",{id},{kind},camille.fictive,[]");
        self.events += 1;
        self.file.write(&line)
    }
}
