// Arrays in memory and the files that hold them: npy, npz, safetensors.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace teasel {

enum class ArrayType { u8, i8, i32, i64, f32, f64, boolean };
size_t size_of(ArrayType type);
std::string name_of(ArrayType type);

// A dense row-major array.
struct Array {
  ArrayType type = ArrayType::f32;
  std::vector<int64_t> shape;
  std::vector<std::byte> bytes;

  int64_t elements() const;
  template <class T>
  std::span<const T> as() const {
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
  }
  template <class T>
  std::span<T> as() {
    return {reinterpret_cast<T*>(bytes.data()), bytes.size() / sizeof(T)};
  }

  static Array of(std::span<const float> values, std::vector<int64_t> shape);
  static Array of(std::span<const double> values, std::vector<int64_t> shape);
  static Array of(std::span<const int64_t> values, std::vector<int64_t> shape);
  static Array of(std::span<const int32_t> values, std::vector<int64_t> shape);
  static Array of(std::span<const uint8_t> values, std::vector<int64_t> shape);

  // The elements as numbers of another type (class numbers as i64, codes as f32, ...). to_i64: Error where an element
  // is not whole.
  std::vector<int64_t> to_i64() const;
  std::vector<float> to_f32() const;
  std::vector<double> to_f64() const;
};

using NamedArrays = std::vector<std::pair<std::string, Array>>;

// NumPy's npy (versions 1 to 3). Written little-endian in C order. On reading, Fortran order is transposed, big-endian
// numbers are swapped, and types without an ArrayType are widened (f16 to f32, i16 and u16 to i32, u32 and u64 to i64).
// Error for damaged files, records, texts, complex numbers and pickled objects.
Array read_npy(const std::filesystem::path& path);
void write_npy(const std::filesystem::path& path, const Array& array);
// NumPy's npz, stored or deflated. `only` reads just these members, in this order; pickled members are skipped unless
// asked for (Error). Equal arrays give equal bytes.
NamedArrays read_npz(const std::filesystem::path& path, std::span<const std::string> only = {});
void write_npz(const std::filesystem::path& path, const NamedArrays& arrays, bool compress = false);

// Hugging Face's safetensors: tensors and a table of texts. Checked strictly on reading (no gaps, no overlaps, offsets
// within the file, header up to 100 MB); equal content gives equal bytes.
struct SafeTensors {
  NamedArrays tensors;
  std::map<std::string, std::string> metadata;
};
SafeTensors read_safetensors(const std::filesystem::path& path);
// The metadata alone, without the tensors.
std::map<std::string, std::string> read_safetensors_metadata(const std::filesystem::path& path);
void write_safetensors(const std::filesystem::path& path, const SafeTensors& file);

}  // namespace teasel
