// NumPy's npz: a zip archive with one npy file per array.
#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <set>

#include "teasel/core/array.hpp"
#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/wire.hpp"

namespace teasel {
namespace {

constexpr std::string_view suffix = ".npy";
// Deflate codes at most 258 bytes in 2 bits (RFC 1951).
constexpr uint64_t most_expansion = 1032;

// zip_discard rather than zip_close: nothing that is read is changed.
struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct FreeSource {
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};
using Archive = std::unique_ptr<zip_t, Discard>;
using Source = std::unique_ptr<zip_source_t, FreeSource>;

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

// libzip asks for writable bytes and only reads them.
zip_buffer_fragment_t fragment(const auto& content) {
  auto bytes = std::as_bytes(std::span(content));
  return {reinterpret_cast<zip_uint8_t*>(const_cast<std::byte*>(bytes.data())), bytes.size()};
}

// The zip archive in memory. Every member has the same time stamp, so that equal arrays give equal bytes.
Source pack(const NamedArrays& arrays, const std::vector<std::string>& headers, bool compress) {
  zip_error_t error;
  zip_error_init(&error);
  Source memory(zip_source_buffer_create(nullptr, 0, 0, &error));
  auto fail = [](const std::string& reason) { throw std::runtime_error("cannot make an npz file: " + reason); };
  if (!memory) fail(text_of(error));
  Archive archive(zip_open_from_source(memory.get(), ZIP_CREATE | ZIP_TRUNCATE, &error));
  if (!archive) fail(text_of(error));
  zip_source_keep(memory.get());  // the archive frees its own reference
  for (size_t i = 0; i < arrays.size(); ++i) {
    const auto& [name, array] = arrays[i];
    std::array<zip_buffer_fragment_t, 2> parts{{fragment(headers[i]), fragment(array.bytes)}};
    zip_source_t* content = zip_source_buffer_fragment(archive.get(), parts.data(), array.bytes.empty() ? 1 : 2, 0);
    zip_int64_t index =
        content ? zip_file_add(archive.get(), (name + std::string(suffix)).c_str(), content, ZIP_FL_ENC_UTF_8) : -1;
    if (content && index < 0) zip_source_free(content);
    constexpr zip_uint16_t midnight = 0, first_of_january_1980 = 0x21;
    bool fine = index >= 0 &&
                zip_set_file_compression(archive.get(), index, compress ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0) == 0 &&
                zip_file_set_dostime(archive.get(), index, midnight, first_of_january_1980, 0) == 0;
    if (!fine) fail(zip_strerror(archive.get()));
  }
  if (zip_close(archive.get()) != 0) fail(zip_strerror(archive.get()));
  archive.release();
  return memory;
}

}  // namespace

NamedArrays read_npz(const std::filesystem::path& path, std::span<const std::string> only) {
  Archive archive = open_archive(path);
  const auto members = static_cast<uint64_t>(zip_get_num_entries(archive.get(), 0));
  std::vector<std::string> names;  // by member; empty where it is no npy file
  for (uint64_t i = 0; i < members; ++i) names.push_back(array_name(zip_get_name(archive.get(), i, 0)));
  NamedArrays out;
  for (const std::string& wanted : only) {
    auto found = wanted.empty() ? names.end() : std::ranges::find(names, wanted);
    if (found == names.end())
      throw Error(fmt::format("'{}' has no array '{}'", path.string(), wanted), hint_for_unknown(wanted, names));
    ByteSource source = open_member(archive.get(), static_cast<uint64_t>(found - names.begin()), path);
    out.emplace_back(wanted, read_member(source, read_npy_header(source)));
  }
  if (!only.empty()) return out;
  for (uint64_t i = 0; i < members; ++i) {
    if (names[i].empty()) continue;
    ByteSource source = open_member(archive.get(), i, path);
    NpyHeader header = read_npy_header(source);
    if (!header.pickled) out.emplace_back(names[i], read_member(source, std::move(header)));
  }
  return out;
}

void write_npz(const std::filesystem::path& path, const NamedArrays& arrays, bool compress) {
  std::vector<std::string> headers;
  std::set<std::string> seen;
  for (const auto& [name, array] : arrays) {
    if (name.empty() || !seen.insert(name).second)
      throw std::invalid_argument(fmt::format("an npz file with two arrays '{}'", name));
    check_consistent(array);
    headers.push_back(npy_header(array));
  }
  // libzip makes no archive without members: an end record alone (APPNOTE.TXT 4.3.16).
  if (arrays.empty()) return write_file(path, "PK\x05\x06" + std::string(18, '\0'));
  Source memory = pack(arrays, headers, compress);
  write_file(path, [&](std::FILE* file) {
    if (zip_source_open(memory.get()) != 0) throw std::runtime_error("cannot read back an npz file");
    std::vector<char> buffer(1 << 20);
    zip_int64_t count = 0;
    while ((count = zip_source_read(memory.get(), buffer.data(), buffer.size())) > 0)
      if (std::fwrite(buffer.data(), 1, static_cast<size_t>(count), file) != static_cast<size_t>(count)) break;
    int error = errno;  // closing the source must not hide why the file could not be written
    zip_source_close(memory.get());
    errno = error;
    if (count < 0) throw std::runtime_error("cannot read back an npz file");
  });
}

}  // namespace teasel
