//! What must come before what.

/// Puts things in an order where each comes after what it needs, else in the order given.
///
/// # Errors
/// The things of a circle, each needing the next, the last the first.
pub(crate) fn order(needs: &[Vec<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    let mut walk = Walk {
        needs,
        path: Vec::new(),
        done: Vec::new(),
    };
    for thing in 0..needs.len() {
        walk.visit(thing)?;
    }
    Ok(walk.done)
}

struct Walk<'a> {
    needs: &'a [Vec<usize>],
    /// The things being visited, each needed by the one before.
    path: Vec<usize>,
    done: Vec<usize>,
}

impl Walk<'_> {
    fn visit(&mut self, thing: usize) -> Result<(), Vec<usize>> {
        if self.done.contains(&thing) {
            return Ok(());
        }
        if let Some(start) = self.path.iter().position(|visited| *visited == thing) {
            return Err(self.path[start..].to_vec());
        }
        self.path.push(thing);
        for need in &self.needs[thing] {
            self.visit(*need)?;
        }
        self.path.pop();
        self.done.push(thing);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn things_keep_their_order_unless_they_need_a_later_one() {
        assert_eq!(order(&[vec![], vec![], vec![]]), Ok(vec![0, 1, 2]));
        assert_eq!(order(&[vec![2], vec![], vec![]]), Ok(vec![2, 0, 1]));
        assert_eq!(
            order(&[vec![], vec![2], vec![3], vec![1]]),
            Err(vec![1, 2, 3])
        );
        assert_eq!(order(&[vec![0]]), Err(vec![0]));
    }

    proptest! {
        #[test]
        fn an_order_respects_all_needs_and_a_circle_is_one(
            needs in (1usize..12).prop_flat_map(|count| {
                prop::collection::vec(prop::collection::vec(0..count, 0..3), count)
            })
        ) {
            match order(&needs) {
                Ok(order) => {
                    prop_assert_eq!(order.len(), needs.len());
                    let place = |thing| order.iter().position(|other| *other == thing);
                    for (thing, needs) in needs.iter().enumerate() {
                        for need in needs {
                            prop_assert!(place(*need) < place(thing));
                        }
                    }
                }
                Err(circle) => {
                    for (index, thing) in circle.iter().enumerate() {
                        prop_assert!(needs[*thing].contains(&circle[(index + 1) % circle.len()]));
                    }
                }
            }
        }
    }
}
