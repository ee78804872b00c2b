// What the files that tests/golden/core_files.py wrote hold.
#pragma once
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "teasel/core/array.hpp"
#include "teasel/core/error.hpp"

namespace teasel {

template <class T>
void expect_array(const Array& array, ArrayType type, const std::vector<int64_t>& shape, const std::vector<T>& values) {
  EXPECT_EQ(array.type, type);
  EXPECT_EQ(array.shape, shape);
  ASSERT_EQ(array.as<T>().size(), values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    if constexpr (std::is_floating_point_v<T>)
      if (std::isnan(values[i])) {
        EXPECT_TRUE(std::isnan(array.as<T>()[i]));
        continue;
      }
    EXPECT_EQ(array.as<T>()[i], values[i]) << i;
  }
}

// Equal to the last bit, in type, shape and order too.
inline void expect_same(const NamedArrays& a, const NamedArrays& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].first, b[i].first);
    EXPECT_EQ(a[i].second.type, b[i].second.type);
    EXPECT_EQ(a[i].second.shape, b[i].second.shape);
    EXPECT_EQ(a[i].second.bytes, b[i].second.bytes);
  }
}

// One array of every type, and the shapes (), (0, 3), (1,).
inline NamedArrays assorted_arrays() {
  auto bytes = [](size_t count) {
    std::vector<std::byte> out(count);
    for (size_t i = 0; i < count; ++i) out[i] = static_cast<std::byte>(i * 37 + 11);
    return out;
  };
  NamedArrays out;
  for (ArrayType type : {ArrayType::u8, ArrayType::i8, ArrayType::i32, ArrayType::i64, ArrayType::f32, ArrayType::f64})
    out.emplace_back("of_" + name_of(type), Array{type, {3, 5}, bytes(15 * size_of(type))});
  out.emplace_back("truth", Array{ArrayType::boolean, {3}, {std::byte{1}, std::byte{0}, std::byte{1}}});
  out.emplace_back("scalar", Array{ArrayType::f64, {}, bytes(8)});
  out.emplace_back("none", Array{ArrayType::f32, {0, 3}, {}});
  out.emplace_back("one", Array{ArrayType::u8, {1}, bytes(1)});
  return out;
}

// The message and hint of the Error that `action` throws.
inline std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return std::string(error.what()) + " | " + error.hint();
  }
  return "no error";
}

// Reading a damaged file either works or says so: no other exception, no crash, no endless allocation.
inline void expect_error_or_value(const std::function<void()>& read) {
  try {
    read();
  } catch (const Error& error) {
    EXPECT_FALSE(std::string(error.what()).empty());
  }
}

}  // namespace teasel
