"""The program's random numbers and order of data, written a second time in NumPy.

Everything that changes with chance in a training of teasel (initial weights, noise, orders of items) is a function of a
seed, a stream's name, a step and a sample number. This module computes the same numbers from the description of that
function (teasel/core/random.hpp, teasel/train/batches.hpp), by other means: NumPy instead of vector intrinsics, float64
logarithms and sines instead of float32 series. Words, permutations and orders are equal to the last bit; uniform
numbers too; normal numbers agree to about a float's rounding.

Run as a program it checks itself against Random123's published test vectors of Philox4x32-10.

Sources: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3" (Philox); Steele, Lea and Flood 2014
(splitmix64); Fowler, Noll and Vo (FNV-1a); Box and Muller 1958; Lemire 2019, "Fast random integer generation in an
interval"; Durstenfeld 1964 (the shuffle named after Fisher and Yates).
"""

import numpy as np

MASK32 = 0xFFFFFFFF
MASK64 = 0xFFFFFFFFFFFFFFFF


def philox4x32(counter, key):
    """Philox4x32 with 10 rounds.

    counter: uint32 [4, ...]; key: two integers below 2^32. Returns uint32 [4, ...].
    """
    c0, c1, c2, c3 = (np.asarray(c, dtype=np.uint64) for c in counter)
    k0, k1 = key
    mask, half = np.uint64(MASK32), np.uint64(32)
    for _ in range(10):
        low, high = np.uint64(0xD2511F53) * c0, np.uint64(0xCD9E8D57) * c2
        c0, c1, c2, c3 = (high >> half) ^ c1 ^ np.uint64(k0), high & mask, (low >> half) ^ c3 ^ np.uint64(k1), low & mask
        k0, k1 = (k0 + 0x9E3779B9) & MASK32, (k1 + 0xBB67AE85) & MASK32
    return np.stack(np.broadcast_arrays(c0, c1, c2, c3)).astype(np.uint32)


def _mix(z):
    """splitmix64: the next state's output."""
    z = (z + 0x9E3779B97F4A7C15) & MASK64
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK64
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK64
    return z ^ (z >> 31)


def _fnv1a(text):
    h = 0xCBF29CE484222325
    for byte in text.encode():
        h = (h ^ byte) * 0x100000001B3 & MASK64
    return h


class Stream:
    """A stream of random numbers: a function of (seed, name, step, attempt) and of a sample number."""

    def __init__(self, seed, name, step=0, attempt=0):
        key = _mix(_mix(_mix(seed) ^ _fnv1a(name)) ^ attempt)
        self.key = (key & MASK32, key >> 32)
        self.step = step

    def words(self, sample, block):
        """Words of blocks: `sample` and `block` are numbers or arrays that broadcast; uint32 [4, ...]."""
        sample, block = np.broadcast_arrays(np.asarray(sample, dtype=np.uint64), np.asarray(block, dtype=np.uint64))
        high = ((sample >> np.uint64(32)) & np.uint64(0xFFFF)) << np.uint64(16) | np.uint64(self.step >> 32 & 0xFFFF)
        return philox4x32([block, sample & np.uint64(MASK32), np.full_like(block, self.step & MASK32), high], self.key)

    def _rows(self, first_sample, samples, per_sample):
        """Words in the order of elements: uint32 [samples, blocks, 4]."""
        blocks = (per_sample + 3) // 4
        words = self.words(np.arange(first_sample, first_sample + samples)[:, None], np.arange(blocks)[None])
        return np.moveaxis(words, 0, -1)

    def uniform(self, first_sample, samples, per_sample):
        """U(0, 1), float64 [samples, per_sample]: the middles of 2^23 equal parts."""
        rows = self._rows(first_sample, samples, per_sample)
        return (((rows >> np.uint32(9)) + 0.5) / 2**23).reshape(samples, -1)[:, :per_sample]

    def normal(self, first_sample, samples, per_sample):
        """N(0, 1), float64 [samples, per_sample]: Box-Muller, a word for the radius and one for the angle."""
        rows = self._rows(first_sample, samples, per_sample)
        radius = np.sqrt(-2 * np.log(((rows[..., 0::2] >> np.uint32(1)) + 0.5) / 2**31))
        angle = 2 * np.pi * rows[..., 1::2] / 2**32
        out = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
        return out.reshape(samples, -1)[:, :per_sample]

    def _word_iterator(self, sample, at_once):
        block = 0
        while True:
            yield from self.words(sample, np.arange(block, block + at_once)).T.reshape(-1).tolist()
            block += at_once

    def below(self, n, index):
        """A number of U{0, ..., n-1}: number `index` of the stream, from two words (the upper one first)."""
        words = self._word_iterator(index, 4)
        while True:
            product = (next(words) << 32 | next(words)) * n
            if product & MASK64 >= (1 << 64) % n:
                return product >> 64

    def permutation(self, n):
        """A random order of 0..n-1, int64 [n], n < 2^32."""
        order = list(range(n))
        words = self._word_iterator(0, n // 4 + 4)
        for i in range(n, 1, -1):
            product = next(words) * i
            # The lower half is seldom below i, and only then does the exact bound matter.
            while product & MASK32 < i and product & MASK32 < (1 << 32) % i:
                product = next(words) * i
            other = product >> 32
            order[i - 1], order[other] = order[other], order[i - 1]
        return np.array(order, dtype=np.int64)


class DataOrder:
    """Which items a step sees: a new shuffle each epoch, end to end; every batch of a step has an order of its own."""

    def __init__(self, seed, size, batch_size):
        self.seed, self.size, self.batch_size = seed, size, batch_size
        self.orders = {}

    def batch(self, step, number):
        """Item numbers of batch `number` of `step`: int64 [batch_size]."""
        positions = np.arange(step * self.batch_size, (step + 1) * self.batch_size)
        return np.array([self._order(number, p // self.size)[p % self.size] for p in positions.tolist()], dtype=np.int64)

    def _order(self, number, epoch):
        if (number, epoch) not in self.orders:
            self.orders[number, epoch] = Stream(self.seed, f"data order/{number}", epoch).permutation(self.size)
        return self.orders[number, epoch]


def check():
    """Random123's known answers of Philox4x32-10 (kat_vectors): counter, key, words."""
    known = [
        ([0] * 4, [0] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
        ([MASK32] * 4, [MASK32] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
        ([0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344], [0xA4093822, 0x299F31D0],
         [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1]),
    ]
    for counter, key, words in known:
        assert philox4x32(counter, key).tolist() == words, (counter, key)
    assert sorted(Stream(1, "check").permutation(1000)) == list(range(1000))
    numbers = Stream(1, "check").normal(0, 1000, 1000)
    assert abs(numbers.mean()) < 4e-3 and abs(numbers.std() - 1) < 3e-3


if __name__ == "__main__":
    check()
    print("streams: agrees with the published test vectors")
