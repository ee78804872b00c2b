// Elements as files store them, and a reader that never believes a length before it has compared it with the file.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "teasel/core/array.hpp"

namespace teasel {

// How a file stores one element: a kind, a width in bytes, an order of bytes.
struct WireType {
  enum class Kind { boolean, signed_integer, unsigned_integer, real, brain_real } kind = Kind::real;
  int width = 4;  // 1, 2, 4 or 8
  bool big_endian = false;

  // The narrowest ArrayType that holds every such element (u8 .. f64; 2-byte reals become f32; 8-byte unsigned i64).
  ArrayType array_type() const;
  // Whether the file's bytes are already those of array_type().
  bool is_native() const;
};

// Elements of a file as elements of type.array_type(); `out` has exactly the room for them. Error (`where` names the
// file) for an 8-byte unsigned number that i64 cannot hold.
void convert_wire(std::span<const std::byte> raw, WireType type, std::span<std::byte> out, const std::string& where);

// A row-major array from `raw`, elements() * width bytes. Error (`where` names the file) for an 8-byte unsigned number
// that i64 cannot hold.
Array from_wire(std::vector<std::byte> raw, WireType type, std::vector<int64_t> shape, const std::string& where);

// The product of `shape`, or nothing where an extent is negative or times `width` it is more than `most` bytes.
std::optional<int64_t> checked_elements(std::span<const int64_t> shape, int64_t width, int64_t most);

// Bytes that are read once from front to back: a file, or a member of a zip archive.
struct ByteSource {
  std::string where;                                    // "'codes.npy'", "member 'x' of 'codes.npz'": for messages
  int64_t left = 0;                                     // bytes that are still to come
  std::function<void(std::span<std::byte>)> read_some;  // fills the span or throws
  std::function<void()> finish = [] {};                 // after the last byte: throws where a check sum does not agree

  // Fills `to`; Error where fewer bytes are left.
  void read(std::span<std::byte> to);
};

// Writes all bytes; nothing where there are none (fwrite wants a pointer even then).
void put(std::FILE* file, std::span<const std::byte> bytes);

// A file as a source. Error where it cannot be opened or is no regular file.
ByteSource open_source(const std::filesystem::path& path);

// What stands before the elements of an npy file.
struct NpyHeader {
  WireType type;
  bool pickled = false;  // Python objects follow (dtype '|O'), which only pickle can read
  bool fortran_order = false;
  std::vector<int64_t> shape;
};
NpyHeader read_npy_header(ByteSource& source);
// The elements; Error where they are pickled.
Array read_npy_body(ByteSource& source, NpyHeader header);
// Magic, version 1.0 and header of an array, padded to a multiple of 64 bytes as NumPy does.
std::string npy_header(ArrayType type, std::span<const int64_t> shape);
// Elements [first, first + out.size() / width) in row-major order of an array that lies in column-major order in `raw`.
void copy_row_major(std::span<const std::byte> raw, std::span<const int64_t> shape, size_t width, int64_t first,
                    std::span<std::byte> out);

// Throws std::invalid_argument where the bytes of `array` do not fit its shape: a mistake of the program.
void check_consistent(const Array& array);

}  // namespace teasel
