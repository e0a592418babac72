//! Identifiers of buildings: 12 characters of the register's alphabet (DOMAIN C1).

use crate::town::Key;

/// 31 symbols: no 0, O, I, L, U.
pub(crate) const ALPHABET: &[u8; 31] = b"123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 31^6: half of a building's identifier.
const HALF: u64 = 887_503_681;

/// The identifier of a building: 12 characters that look random and are different for each key.
///
/// A Feistel network is a one-to-one map whatever its round function is.
pub(crate) fn identifier(seed: u64, key: Key) -> String {
    let number = ordinal(key);
    let (mut left, mut right) = (number / HALF, number % HALF);
    for round in 1..=4_u64 {
        let mixed = mix(right ^ seed.rotate_left(32) ^ (round << 56)) % HALF;
        (left, right) = (right, (left + mixed) % HALF);
    }
    let mut letters = [0; 12];
    for (half, mut value) in letters.chunks_exact_mut(6).zip([left, right]) {
        for letter in half.iter_mut().rev() {
            *letter = ALPHABET[(value % 31) as usize];
            value /= 31;
        }
    }
    letters.iter().map(|letter| char::from(*letter)).collect()
}

/// Position of a key in the numbering of all keys: below 2^50, so below 31^12.
pub(crate) fn ordinal(key: Key) -> u64 {
    ((u64::from(key.town) << 24 | u64::from(key.block)) << 8 | u64::from(key.slot)) << 2
        | u64::from(key.generation)
}

/// The finaliser of SplitMix64.
pub(crate) fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}
