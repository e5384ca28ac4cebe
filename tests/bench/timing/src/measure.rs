//! Times two classes of inputs, interleaved.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    hint::black_box,
    time::Instant,
};

/// Inputs that should take the same time as those of another class.
pub(crate) struct Class {
    /// What is timed.
    pub(crate) check: Box<dyn Fn(&str) -> bool>,
    /// Its inputs, of which each sample takes one at random.
    pub(crate) inputs: Vec<String>,
}

/// One timed call.
pub(crate) struct Sample {
    /// Whether it was of the second class.
    pub(crate) second: bool,
    /// Its time in nanoseconds.
    pub(crate) nanoseconds: f64,
}

/// Calls before the first one that counts: caches and branch predictors settle.
const WARM_UP: usize = 5_000;

/// Times `count` calls. The class of each is drawn at random, so drift and other load meet both alike.
///
/// Every input is copied to the same place first, so that its address tells nothing.
pub(crate) fn interleaved(classes: &[Class; 2], count: usize) -> Vec<Sample> {
    let mut random = Random::new();
    let mut presented = String::with_capacity(1024);
    let mut samples = Vec::with_capacity(count);
    for round in 0..WARM_UP + count {
        let second = random.below(2) == 1;
        let class = &classes[usize::from(second)];
        presented.clear();
        presented.push_str(&class.inputs[random.below(class.inputs.len())]);
        let check = black_box(&class.check);
        let start = Instant::now();
        black_box(check(black_box(&presented)));
        let time = start.elapsed();
        if round >= WARM_UP {
            samples.push(Sample {
                second,
                nanoseconds: time.as_secs_f64() * 1e9,
            });
        }
    }
    samples
}

/// SplitMix64 (Steele, Lea, Flood 2014): orders samples, guards nothing.
struct Random(u64);

impl Random {
    fn new() -> Self {
        Self(RandomState::new().build_hasher().finish())
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        // The upper half times the bound: no division, whose time depends on its operands.
        ((((mixed ^ (mixed >> 31)) >> 32) * bound as u64) >> 32) as usize
    }
}
