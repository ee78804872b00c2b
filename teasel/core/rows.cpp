#include "teasel/core/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/mapped_file.hpp"
#include "teasel/core/wire.hpp"

namespace teasel {
namespace {

constexpr int64_t portion_bytes = 4 << 20;

// An npy file in memory by mapping: pages are read as they are touched and given up when memory is short.
class NpyRows final : public RowReader {
 public:
  NpyRows(MappedFile file, NpyHeader header, size_t begin)
      : RowReader(file.where(), header.type.array_type(), header.shape), file_(std::move(file)), header_(header) {
    raw_ = file_.bytes().subspan(begin).first(static_cast<size_t>(rows() * row_elements() * header.type.width));
    columns_first_ = header.fortran_order && header.shape.size() > 1;
  }

  bool random_access() const override { return true; }
  std::span<const std::byte> mapped() const override {
    return header_.type.is_native() && !columns_first_ ? raw_ : std::span<const std::byte>();
  }

 private:
  void read_rows(int64_t first, int64_t count, std::span<std::byte> out) const override {
    const auto width = static_cast<size_t>(header_.type.width), elements = static_cast<size_t>(row_elements());
    if (!columns_first_) {
      convert_wire(
          raw_.subspan(static_cast<size_t>(first) * elements * width, static_cast<size_t>(count) * elements * width),
          header_.type, out, where());
      return;
    }
    std::vector<std::byte> sorted(static_cast<size_t>(count) * elements * width);
    copy_row_major(raw_, shape(), width, first * row_elements(), sorted);
    convert_wire(sorted, header_.type, out, where());
  }

  MappedFile file_;
  NpyHeader header_;
  std::span<const std::byte> raw_;
  bool columns_first_ = false;
};

ArrayInfo info_of(const NpyHeader& header) {
  if (header.pickled) return {"", {}, "pickled Python objects", header.shape};
  return {"", header.type.array_type(), "", header.shape};
}

}  // namespace

std::string name_of(ArrayFile kind) { return kind == ArrayFile::npy ? "npy" : kind == ArrayFile::npz ? "npz" : "HDF5"; }

std::optional<ArrayFile> array_file_kind(const std::filesystem::path& path) {
  ByteSource source = open_source(path);
  std::array<char, 8> start{};
  source.read(std::as_writable_bytes(std::span(start)).first(std::min<size_t>(8, static_cast<size_t>(source.left))));
  const std::string_view text(start.data(), start.size());
  if (text.starts_with("\x93NUMPY")) return ArrayFile::npy;
  if (text.starts_with("PK\x03\x04") || text.starts_with("PK\x05\x06")) return ArrayFile::npz;
  if (text == std::string_view("\x89HDF\r\n\x1a\n", 8)) return ArrayFile::hdf5;
  return {};
}

RowReader::RowReader(std::string where, ArrayType type, std::vector<int64_t> shape)
    : where_(std::move(where)), type_(type), shape_(std::move(shape)) {
  const auto width = static_cast<int64_t>(size_of(type));
  // A row by itself too: without rows, or with none of another extent, its elements may still be too many.
  const auto row = checked_elements(std::span(shape_).subspan(shape_.empty() ? 0 : 1), width, INT64_MAX / 2);
  if (!row || !checked_elements(shape_, width, INT64_MAX / 2))
    throw Error(fmt::format("{} is said to have the shape ({}), more than any machine can hold", where_,
                            fmt::join(shape_, ", ")),
                "The file is damaged: fetch or write it again.");
  row_elements_ = *row;
}

void RowReader::read(int64_t first, int64_t count, std::span<std::byte> out) const {
  if (first < 0 || count < 0 || count > rows() - first || static_cast<int64_t>(out.size()) != count * row_bytes())
    throw std::invalid_argument(fmt::format("rows {} to {} of {}, which has {}", first, first + count, where_, rows()));
  if (!out.empty()) read_rows(first, count, out);
}

void RowReader::for_each(const std::function<void(int64_t, std::span<const std::byte>)>& visit) const {
  if (bytes() > 0) {
    const int64_t natural = std::max<int64_t>(1, natural_portion());
    const int64_t at_once = std::max<int64_t>(1, portion_bytes / row_bytes() / natural) * natural;
    std::vector<std::byte> buffer(static_cast<size_t>(std::min(at_once, rows()) * row_bytes()));
    for (int64_t first = 0; first < rows(); first += at_once) {
      const auto some = std::span(buffer).first(static_cast<size_t>(std::min(at_once, rows() - first) * row_bytes()));
      read_rows(first, std::min(at_once, rows() - first), some);
      visit(first, some);
    }
  }
  finish();
}

std::unique_ptr<RowReader> open_npy_rows(const std::filesystem::path& path) {
  ByteSource source = open_source(path);
  const int64_t size = source.left;
  NpyHeader header = read_npy_header(source);
  if (header.pickled || !checked_elements(header.shape, header.type.width, source.left))
    read_npy_body(source, std::move(header));  // throws the message
  const auto begin = static_cast<size_t>(size - source.left);
  return std::make_unique<NpyRows>(MappedFile(path), std::move(header), begin);
}

std::vector<ArrayInfo> list_arrays(const std::filesystem::path& path) {
  const auto kind = array_file_kind(path);
  if (!kind)
    throw Error(fmt::format("'{}' is neither an npy nor an npz nor an HDF5 file", path.string()),
                "Write it with numpy.save, numpy.savez or h5py.");
  if (kind == ArrayFile::npz) return list_npz(path);
  if (kind == ArrayFile::hdf5) return list_hdf5(path);
  ByteSource source = open_source(path);
  return {info_of(read_npy_header(source))};
}

std::unique_ptr<RowReader> open_rows(const std::filesystem::path& path, const std::string& name) {
  const auto kind = array_file_kind(path);
  if (kind == ArrayFile::npy && name.empty()) return open_npy_rows(path);
  std::vector<std::string> names;
  for (const ArrayInfo& array : list_arrays(path)) names.push_back(array.name);
  std::string wanted = name;
  if (name.empty() && names.size() == 1) wanted = names[0];
  if (kind == ArrayFile::npy || std::ranges::find(names, wanted) == names.end())
    throw Error(name.empty() ? fmt::format("'{}' holds {} arrays: say which", path.string(), names.size())
                             : fmt::format("'{}' has no array '{}'", path.string(), name),
                hint_for_unknown(name, names));
  return kind == ArrayFile::npz ? open_npz_rows(path, wanted) : open_hdf5_rows(path, wanted);
}

Array read_all(const RowReader& rows, int64_t most) {
  if (rows.bytes() > most)
    throw Error(fmt::format("{} has {} bytes, where at most {} are expected", rows.where(), rows.bytes(), most));
  Array out{rows.type(), rows.shape(), std::vector<std::byte>(static_cast<size_t>(rows.bytes()))};
  rows.for_each([&](int64_t first, std::span<const std::byte> some) {
    std::memcpy(out.bytes.data() + first * rows.row_bytes(), some.data(), some.size());
  });
  return out;
}

RowSource RowSource::of(std::string name, const Array& array) {
  check_consistent(array);
  return {std::move(name), array.type, array.shape, [&array](int64_t first, int64_t count, std::span<std::byte> out) {
            const size_t row = count ? out.size() / static_cast<size_t>(count) : 0;
            if (!out.empty())
              std::memcpy(out.data(), array.bytes.data() + static_cast<size_t>(first) * row, out.size());
          }};
}

void write_npy(const std::filesystem::path& path, const RowSource& array) {
  const int64_t rows = array.shape.empty() ? 1 : array.shape[0];
  auto row_shape = std::span(array.shape).subspan(array.shape.empty() ? 0 : 1);
  const auto elements = checked_elements(row_shape, 8, INT64_MAX / 2);
  if (rows < 0 || !elements) throw std::invalid_argument("an npy file of an impossible shape");
  const int64_t row_bytes = *elements * static_cast<int64_t>(size_of(array.type));
  const int64_t at_once = std::max<int64_t>(1, portion_bytes / std::max<int64_t>(1, row_bytes));
  write_file(path, [&](std::FILE* file) {
    const std::string header = npy_header(array.type, array.shape);
    put(file, std::as_bytes(std::span(header)));
    std::vector<std::byte> buffer(static_cast<size_t>(std::min(at_once, rows) * row_bytes));
    for (int64_t first = 0; first < rows && row_bytes > 0; first += at_once) {
      const int64_t count = std::min(at_once, rows - first);
      const auto some = std::span(buffer).first(static_cast<size_t>(count * row_bytes));
      array.fill(first, count, some);
      put(file, some);
    }
  });
}

}  // namespace teasel
