// Small files as users bring them.
#pragma once
#include <gtest/gtest.h>

#include <functional>

#include "teasel/core/array.hpp"
#include "teasel/core/error.hpp"
#include "teasel/data/dataset.hpp"
#include "tests/core/temporary_folder.hpp"

namespace teasel {

inline std::shared_ptr<const Dataset> open_text(const std::string& toml) { return open_dataset(parse_toml(toml, "")); }

inline std::vector<std::byte> gathered(const Dataset& set, const std::vector<int64_t>& index, Draw draw = {}) {
  std::vector<std::byte> out(index.size() * static_cast<size_t>(set.spec().fields[0].bytes()));
  set.gather(index, 0, draw, out);
  return out;
}

inline std::vector<float> factors_of(const Dataset& set, const std::vector<int64_t>& index) {
  std::vector<float> out(index.size() * set.spec().factors.size());
  set.factors(index, out);
  return out;
}

// The message and the hint of the Error that opening brings.
inline std::string complaint_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_FALSE(error.hint().empty()) << error.what();
    return std::string(error.what()) + " | " + error.hint();
  }
  return "no error";
}
inline std::string complaint(const std::string& toml) {
  return complaint_of([&] { open_text(toml); });
}
inline bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

template <class T>
Array counted(std::vector<int64_t> shape, int modulo, T scale = 1) {
  int64_t count = 1;
  for (int64_t n : shape) count *= n;
  std::vector<T> values(static_cast<size_t>(count));
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<T>(static_cast<int>(i * 7 % 1009) % modulo) * scale;
  return Array::of(std::span<const T>(values), std::move(shape));
}

}  // namespace teasel
