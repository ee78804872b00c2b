// Packed items against bit-by-bit unpacking.
#include "teasel/nn/items.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "teasel/core/random.hpp"

namespace teasel {
namespace {

TEST(UnpackBits, EqualsOneBitAtATime) {
  for (int64_t count : {1, 7, 8, 9, 15, 16, 31, 64, 257, 4096}) {
    const int64_t rows = count == 4096 ? 37 : 3, bytes = (count + 7) / 8;
    Tensor packed = at::empty({rows, bytes}, at::kByte);
    uint8_t* data = packed.data_ptr<uint8_t>();
    for (int64_t i = 0; i < packed.numel(); ++i) data[i] = static_cast<uint8_t>(Stream(1, "bits").below(256, i));
    const Tensor out = unpack_bits(packed, count);
    ASSERT_EQ(out.sizes().vec(), (std::vector<int64_t>{rows, count}));
    const float* values = out.const_data_ptr<float>();
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t i = 0; i < count; ++i) {
        const int bit = data[r * bytes + i / 8] >> (7 - i % 8) & 1;
        ASSERT_EQ(values[r * count + i], static_cast<float>(bit)) << count << ": row " << r << " bit " << i;
      }
  }
}

TEST(UnpackBits, TakesRowsThatAreNotSideBySide) {
  const Tensor wide = at::arange(0, 12, at::kByte).view({3, 4}), part = wide.slice(1, 1, 3);
  EXPECT_TRUE(at::equal(unpack_bits(part, 16), unpack_bits(part.contiguous(), 16)));
}

TEST(UnpackBits, RefusesAnotherSize) {
  EXPECT_THROW(unpack_bits(at::zeros({2, 3}, at::kByte), 16), std::logic_error);
  EXPECT_THROW(unpack_bits(at::zeros({2, 2}, at::kFloat), 16), std::logic_error);
}

TEST(Items, BytesBecomeParts) {
  const Items items{at::arange(0, 256, at::kByte).view({4, 1, 8, 8}), Dtype::u8, {1, 8, 8}};
  const Tensor values = items.values();
  for (int i = 0; i < 256; ++i) ASSERT_FLOAT_EQ(values.view({-1})[i].item<float>(), static_cast<float>(i) / 255);
  EXPECT_EQ(items.stored.view({-1})[255].item<int>(), 255);  // dividing in place did not reach what is stored
}

TEST(Items, NumbersStayWhatTheyAre) {
  const Tensor real = at::linspace(-1, 1, 6, at::kFloat).view({2, 3});
  EXPECT_TRUE(at::equal((Items{real, Dtype::f32, {3}}.values()), real));
  const Tensor whole = at::arange(6, at::kLong).view({2, 3});
  EXPECT_EQ((Items{whole, Dtype::i64, {3}}.values()).scalar_type(), at::kLong);
}

}  // namespace
}  // namespace teasel
