#include "teasel/core/array.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <stdexcept>

#include "teasel/core/error.hpp"
#include "teasel/core/wire.hpp"

namespace teasel {

static_assert(std::endian::native == std::endian::little, "files are little-endian and read without conversion");

size_t size_of(ArrayType type) {
  switch (type) {
    case ArrayType::u8:
    case ArrayType::i8:
    case ArrayType::boolean:
      return 1;
    case ArrayType::i32:
    case ArrayType::f32:
      return 4;
    case ArrayType::i64:
    case ArrayType::f64:
      return 8;
  }
  throw std::invalid_argument("no such ArrayType");
}

std::string name_of(ArrayType type) {
  switch (type) {
    case ArrayType::u8:
      return "u8";
    case ArrayType::i8:
      return "i8";
    case ArrayType::i32:
      return "i32";
    case ArrayType::i64:
      return "i64";
    case ArrayType::f32:
      return "f32";
    case ArrayType::f64:
      return "f64";
    case ArrayType::boolean:
      return "boolean";
  }
  throw std::invalid_argument("no such ArrayType");
}

int64_t Array::elements() const {
  if (std::ranges::find(shape, 0) != shape.end()) return 0;  // the others may be any numbers
  int64_t count = 1;
  for (int64_t extent : shape) count *= extent;
  return count;
}

void check_consistent(const Array& array) {
  auto count = checked_elements(array.shape, static_cast<int64_t>(size_of(array.type)),
                                static_cast<int64_t>(array.bytes.size()));
  if (!count || static_cast<size_t>(*count) * size_of(array.type) != array.bytes.size())
    throw std::invalid_argument(fmt::format("an array of {} bytes does not fit its shape ({})", array.bytes.size(),
                                            fmt::join(array.shape, ", ")));
}

namespace {

template <class T>
Array make(ArrayType type, std::span<const T> values, std::vector<int64_t> shape) {
  auto bytes = std::as_bytes(values);
  Array array{type, std::move(shape), {bytes.begin(), bytes.end()}};
  check_consistent(array);
  return array;
}

// Calls `visit` with the elements as a span of their own type.
template <class Visit>
auto with_elements(const Array& array, Visit&& visit) {
  switch (array.type) {
    case ArrayType::u8:
    case ArrayType::boolean:
      return visit(array.as<uint8_t>());
    case ArrayType::i8:
      return visit(array.as<int8_t>());
    case ArrayType::i32:
      return visit(array.as<int32_t>());
    case ArrayType::i64:
      return visit(array.as<int64_t>());
    case ArrayType::f32:
      return visit(array.as<float>());
    case ArrayType::f64:
      return visit(array.as<double>());
  }
  throw std::invalid_argument("no such ArrayType");
}

}  // namespace

Array Array::of(std::span<const float> values, std::vector<int64_t> shape) {
  return make(ArrayType::f32, values, std::move(shape));
}
Array Array::of(std::span<const double> values, std::vector<int64_t> shape) {
  return make(ArrayType::f64, values, std::move(shape));
}
Array Array::of(std::span<const int64_t> values, std::vector<int64_t> shape) {
  return make(ArrayType::i64, values, std::move(shape));
}
Array Array::of(std::span<const int32_t> values, std::vector<int64_t> shape) {
  return make(ArrayType::i32, values, std::move(shape));
}
Array Array::of(std::span<const uint8_t> values, std::vector<int64_t> shape) {
  return make(ArrayType::u8, values, std::move(shape));
}

std::vector<int64_t> Array::to_i64() const {
  return with_elements(*this, [](auto values) {
    std::vector<int64_t> out(values.size());
    for (size_t i = 0; i < values.size(); ++i) {
      if constexpr (std::is_floating_point_v<std::remove_cvref_t<decltype(values[i])>>) {
        // Both limits are powers of two, which every real type holds exactly; NaN fails the comparison too.
        bool whole = values[i] >= -0x1p63 && values[i] < 0x1p63 && std::trunc(values[i]) == values[i];
        if (!whole)
          throw Error(fmt::format("element {} is {}, where a whole number is needed", i, values[i]),
                      "Store class numbers as integers.");
      }
      out[i] = static_cast<int64_t>(values[i]);
    }
    return out;
  });
}

std::vector<float> Array::to_f32() const {
  return with_elements(*this, [](auto values) { return std::vector<float>(values.begin(), values.end()); });
}

std::vector<double> Array::to_f64() const {
  return with_elements(*this, [](auto values) { return std::vector<double>(values.begin(), values.end()); });
}

}  // namespace teasel
