// NumPy's npz: a zip archive with one npy file per array.
#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

#include "teasel/core/array.hpp"
#include "teasel/core/error.hpp"
#include "teasel/core/mapped_file.hpp"
#include "teasel/core/rows.hpp"
#include "teasel/core/wire.hpp"
#include "teasel/core/zip_place.hpp"

namespace teasel {
namespace {

constexpr std::string_view suffix = ".npy";
// Deflate codes at most 258 bytes in 2 bits (RFC 1951).
constexpr uint64_t most_expansion = 1032;

// zip_discard rather than zip_close: nothing that is read is changed.
struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
using Archive = std::unique_ptr<zip_t, Discard>;

std::string text_of(zip_error_t& error) {
  std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  return text;
}

Archive open_archive(const std::filesystem::path& path) {
  open_source(path);  // its messages name what is wrong with the path
  int code = 0;
  Archive archive(zip_open(path.c_str(), ZIP_RDONLY, &code));
  if (!archive) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    throw Error(fmt::format("'{}' is no npz file: {}", path.string(), text_of(error)),
                "Write it with numpy.savez, or fetch it again.");
  }
  return archive;
}

// One member as a source. Its length comes from the archive's directory, which the size of the file must bear out.
ByteSource open_member(zip_t* archive, uint64_t index, const std::filesystem::path& path) {
  zip_stat_t about;
  zip_stat_init(&about);
  std::string where = fmt::format("member '{}' of '{}'", zip_get_name(archive, index, 0), path.string());
  auto fail = [where](const std::string& reason) {
    throw Error(fmt::format("cannot read {}: {}", where, reason),
                "The file was cut off or damaged on the way: fetch or write it again.");
  };
  if (zip_stat_index(archive, index, 0, &about) != 0) fail(zip_strerror(archive));
  if (about.comp_size > std::filesystem::file_size(path) || about.size / most_expansion > about.comp_size)
    fail(fmt::format("{} bytes are promised, more than the file can hold", about.size));
  std::shared_ptr<zip_file_t> member(zip_fopen_index(archive, index, 0), [](zip_file_t* m) {
    if (m) zip_fclose(m);
  });
  if (!member) fail(zip_strerror(archive));
  auto read_some = [member, fail](std::span<std::byte> to) {
    while (!to.empty()) {
      zip_int64_t count = zip_fread(member.get(), to.data(), to.size());
      if (count < 0) fail(zip_file_strerror(member.get()));
      if (count == 0) fail("it ends too early");
      to = to.subspan(static_cast<size_t>(count));
    }
  };
  ByteSource source{where, static_cast<int64_t>(about.size), read_some};
  // libzip compares the check sum when it comes to the end; a damaged header may stop us short of it.
  source.finish = [member, fail] {
    std::array<char, 4096> rest;
    zip_int64_t count = 0;
    while ((count = zip_fread(member.get(), rest.data(), rest.size())) > 0) {
    }
    if (count < 0) fail(zip_file_strerror(member.get()));
  };
  return source;
}

std::string array_name(const char* member) {
  std::string_view name = member ? member : "";
  return name.ends_with(suffix) ? std::string(name.substr(0, name.size() - suffix.size())) : std::string();
}

Array read_member(ByteSource& source, NpyHeader header) {
  Array array = read_npy_body(source, std::move(header));
  source.finish();
  return array;
}

// A member that is inflated from front to back; a range before the last one starts anew. One that is stored as it is
// also lies mapped.
class NpzRows final : public RowReader {
 public:
  NpzRows(Archive archive, uint64_t index, const std::filesystem::path& path, ByteSource source, NpyHeader header)
      : RowReader(source.where, header.type.array_type(), header.shape),
        archive_(std::move(archive)),
        index_(index),
        path_(path),
        header_(std::move(header)),
        source_(std::move(source)) {
    if (!header_.type.is_native()) return;
    MappedFile file(path);
    const auto member = stored_member(file.bytes(), index);
    if (!member || static_cast<int64_t>(member->size()) < source_.left || source_.left < bytes()) return;
    elements_ = member->last(static_cast<size_t>(source_.left)).first(static_cast<size_t>(bytes()));
    file_.emplace(std::move(file));
  }

  bool random_access() const override { return false; }
  std::span<const std::byte> mapped() const override { return elements_; }

 private:
  void read_rows(int64_t first, int64_t count, std::span<std::byte> out) const override {
    const std::lock_guard lock(mutex_);
    if (first < next_) {
      source_ = open_member(archive_.get(), index_, path_);
      read_npy_header(source_);
      next_ = 0;
    }
    const int64_t raw_bytes = row_elements() * header_.type.width;
    skip((first - next_) * raw_bytes);
    next_ = first;
    if (header_.type.is_native()) {
      source_.read(out);
    } else {
      std::vector<std::byte> raw(static_cast<size_t>(count * raw_bytes));
      source_.read(raw);
      convert_wire(raw, header_.type, out, where());
    }
    next_ += count;
  }

  void skip(int64_t bytes) const {
    std::vector<std::byte> rest(static_cast<size_t>(std::min<int64_t>(bytes, 1 << 20)));
    for (; bytes > 0; bytes -= static_cast<int64_t>(rest.size())) {
      rest.resize(static_cast<size_t>(std::min<int64_t>(bytes, 1 << 20)));
      source_.read(rest);
    }
  }

  void finish() const override {
    const std::lock_guard lock(mutex_);
    source_.finish();
  }

  Archive archive_;
  uint64_t index_;
  std::filesystem::path path_;
  NpyHeader header_;
  std::optional<MappedFile> file_;
  std::span<const std::byte> elements_;  // in it
  mutable std::mutex mutex_;
  mutable ByteSource source_;
  mutable int64_t next_ = 0;  // the row that the source comes to
};

// A member whose rows do not lie one after another: taken into memory whole.
class LoadedRows final : public RowReader {
 public:
  LoadedRows(const std::string& where, Array array)
      : RowReader(where, array.type, array.shape), bytes_(std::move(array.bytes)) {}
  bool random_access() const override { return true; }
  std::span<const std::byte> mapped() const override { return bytes_; }

 private:
  void read_rows(int64_t first, int64_t, std::span<std::byte> out) const override {
    std::memcpy(out.data(), bytes_.data() + first * row_bytes(), out.size());
  }
  std::vector<std::byte> bytes_;
};

// Names by member; empty where it is no npy file. An array is asked for by its name, so no other may have it.
std::vector<std::string> array_names(zip_t* archive, const std::filesystem::path& path) {
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (zip_int64_t i = 0; i < zip_get_num_entries(archive, 0); ++i) {
    names.push_back(array_name(zip_get_name(archive, static_cast<zip_uint64_t>(i), 0)));
    if (!names.back().empty() && !seen.insert(names.back()).second)
      throw Error(fmt::format("'{}' holds two arrays of the name '{}'", path.string(), names.back()),
                  "Write it again with numpy.savez, each array under a name of its own.");
  }
  return names;
}

uint64_t find_member(const std::vector<std::string>& names, const std::string& wanted,
                     const std::filesystem::path& path) {
  const auto found = wanted.empty() ? names.end() : std::ranges::find(names, wanted);
  if (found == names.end())
    throw Error(fmt::format("'{}' has no array '{}'", path.string(), wanted), hint_for_unknown(wanted, names));
  return static_cast<uint64_t>(found - names.begin());
}

}  // namespace

NamedArrays read_npz(const std::filesystem::path& path, std::span<const std::string> only) {
  Archive archive = open_archive(path);
  const std::vector<std::string> names = array_names(archive.get(), path);
  NamedArrays out;
  for (const std::string& wanted : only) {
    ByteSource source = open_member(archive.get(), find_member(names, wanted, path), path);
    out.emplace_back(wanted, read_member(source, read_npy_header(source)));
  }
  if (!only.empty()) return out;
  for (uint64_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) continue;
    ByteSource source = open_member(archive.get(), i, path);
    NpyHeader header = read_npy_header(source);
    if (!header.pickled) out.emplace_back(names[i], read_member(source, std::move(header)));
  }
  return out;
}

std::vector<ArrayInfo> list_npz(const std::filesystem::path& path) {
  Archive archive = open_archive(path);
  const std::vector<std::string> names = array_names(archive.get(), path);
  std::vector<ArrayInfo> out;
  for (uint64_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) continue;
    ArrayInfo info{.name = names[i]};
    info.damaged = true;
    try {
      ByteSource source = open_member(archive.get(), i, path);
      info.damaged = false;  // from here on it may be of a kind that is not read
      NpyHeader header = read_npy_header(source);
      info.shape = header.shape;
      if (header.pickled)
        info.unreadable = "pickled Python objects";
      else
        info.type = header.type.array_type();
    } catch (const Error& error) {
      info.unreadable = error.what();
    }
    out.push_back(std::move(info));
  }
  return out;
}

std::unique_ptr<RowReader> open_npz_rows(const std::filesystem::path& path, const std::string& wanted) {
  Archive archive = open_archive(path);
  const uint64_t index = find_member(array_names(archive.get(), path), wanted, path);
  ByteSource source = open_member(archive.get(), index, path);
  NpyHeader header = read_npy_header(source);
  const auto elements = checked_elements(header.shape, header.type.width, source.left);
  if (header.pickled || !elements || (header.fortran_order && header.shape.size() > 1))
    return std::make_unique<LoadedRows>(source.where, read_member(source, std::move(header)));
  return std::make_unique<NpzRows>(std::move(archive), index, path, std::move(source), std::move(header));
}

}  // namespace teasel
