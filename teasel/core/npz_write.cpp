// Writing npz archives through libzip, which pulls the members from us and pushes the archive into a file: neither is
// ever whole in memory.
#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <memory>
#include <set>

#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/rows.hpp"
#include "teasel/core/wire.hpp"

namespace teasel {
namespace {

// Why libzip's callbacks failed. Exceptions must not pass through C, so they wait here.
struct Failure {
  std::exception_ptr exception;
  int system = 0;  // errno of a failed write
};

// One member as libzip reads it: the npy header, then portions of rows.
class Member {
 public:
  Member(const RowSource& array, Failure& failure)
      : array_(array), failure_(failure), header_(npy_header(array.type, array.shape)) {
    const auto row_shape = std::span(array.shape).subspan(array.shape.empty() ? 0 : 1);
    const auto elements = checked_elements(row_shape, 8, INT64_MAX / 2);
    rows_ = array.shape.empty() ? 1 : array.shape[0];
    if (!elements || rows_ < 0) throw std::invalid_argument("an array of an impossible shape");
    row_bytes_ = *elements * static_cast<int64_t>(size_of(array.type));
  }

  static zip_int64_t call(void* self, void* data, zip_uint64_t length, zip_source_cmd_t command) {
    return static_cast<Member*>(self)->answer(data, length, command);
  }

 private:
  zip_int64_t answer(void* data, zip_uint64_t length, zip_source_cmd_t command) {
    switch (command) {
      case ZIP_SOURCE_OPEN:
        ready_ = std::as_bytes(std::span(header_)), row_ = 0;
        return 0;
      case ZIP_SOURCE_READ:
        return read({static_cast<std::byte*>(data), length});
      case ZIP_SOURCE_STAT: {
        auto* about = static_cast<zip_stat_t*>(data);
        zip_stat_init(about);
        about->size = header_.size() + static_cast<uint64_t>(rows_ * row_bytes_);
        about->valid = ZIP_STAT_SIZE;
        return sizeof *about;
      }
      case ZIP_SOURCE_SUPPORTS:
        return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT,
                                              ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, -1);
      case ZIP_SOURCE_ERROR: {
        auto* codes = static_cast<int*>(data);
        codes[0] = ZIP_ER_INTERNAL, codes[1] = 0;
        return 2 * sizeof(int);
      }
      default:
        return 0;
    }
  }

  zip_int64_t read(std::span<std::byte> to) {
    size_t done = 0;
    while (done < to.size()) {
      if (ready_.empty() && !refill()) break;
      const size_t count = std::min(ready_.size(), to.size() - done);
      std::memcpy(to.data() + done, ready_.data(), count);
      ready_ = ready_.subspan(count);
      done += count;
    }
    return failure_.exception ? -1 : static_cast<zip_int64_t>(done);
  }

  bool refill() {
    if (row_ == rows_ || row_bytes_ == 0 || failure_.exception) return false;
    constexpr int64_t portion = 4 << 20;
    const int64_t count = std::min(std::max<int64_t>(1, portion / row_bytes_), rows_ - row_);
    buffer_.resize(static_cast<size_t>(count * row_bytes_));
    try {
      array_.fill(row_, count, buffer_);
    } catch (...) {
      failure_.exception = std::current_exception();
      return false;
    }
    ready_ = buffer_;
    row_ += count;
    return true;
  }

  const RowSource& array_;
  Failure& failure_;
  std::string header_;
  int64_t rows_ = 0, row_bytes_ = 0, row_ = 0;
  std::vector<std::byte> buffer_;
  std::span<const std::byte> ready_;
};

// The archive as libzip writes it, into a file that is open already.
class Output {
 public:
  Output(std::FILE* file, Failure& failure) : file_(file), failure_(failure) { zip_error_init(&error_); }
  ~Output() { zip_error_fini(&error_); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  static zip_int64_t call(void* self, void* data, zip_uint64_t length, zip_source_cmd_t command) {
    return static_cast<Output*>(self)->answer(data, length, command);
  }

 private:
  zip_int64_t fail(int code) {
    failure_.system = errno;
    zip_error_set(&error_, code, errno);
    return -1;
  }

  zip_int64_t answer(void* data, zip_uint64_t length, zip_source_cmd_t command) {
    switch (command) {
      case ZIP_SOURCE_STAT:  // nothing is there yet, so that libzip makes a new archive
        zip_error_set(&error_, ZIP_ER_READ, ENOENT);
        return -1;
      case ZIP_SOURCE_WRITE:
        if (std::fwrite(data, 1, length, file_) != length) return fail(ZIP_ER_WRITE);
        return static_cast<zip_int64_t>(length);
      case ZIP_SOURCE_SEEK_WRITE: {
        auto* to = ZIP_SOURCE_GET_ARGS(zip_source_args_seek_t, data, length, &error_);
        return to && ::fseeko(file_, to->offset, to->whence) == 0 ? 0 : fail(ZIP_ER_SEEK);
      }
      case ZIP_SOURCE_TELL_WRITE: {
        const off_t at = ::ftello(file_);
        return at < 0 ? fail(ZIP_ER_TELL) : at;
      }
      case ZIP_SOURCE_ERROR:
        return zip_error_to_data(&error_, data, length);
      case ZIP_SOURCE_SUPPORTS:
        return ZIP_SOURCE_SUPPORTS_WRITABLE;
      case ZIP_SOURCE_BEGIN_WRITE:
      case ZIP_SOURCE_COMMIT_WRITE:
      case ZIP_SOURCE_ROLLBACK_WRITE:
      case ZIP_SOURCE_FREE:
        return 0;
      default:
        zip_error_set(&error_, ZIP_ER_OPNOTSUPP, 0);
        return -1;
    }
  }

  std::FILE* file_;
  Failure& failure_;
  zip_error_t error_;
};

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};

void add_member(zip_t* archive, const std::string& name, Member& member, bool compress) {
  zip_source_t* content = zip_source_function(archive, Member::call, &member);
  const zip_int64_t index = content ? zip_file_add(archive, name.c_str(), content, ZIP_FL_ENC_UTF_8) : -1;
  if (content && index < 0) zip_source_free(content);
  // Every member has the same time stamp, so that equal arrays give equal bytes.
  constexpr zip_uint16_t midnight = 0, first_of_january_1980 = 0x21;
  const bool fine =
      index >= 0 &&
      zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), compress ? ZIP_CM_DEFLATE : ZIP_CM_STORE,
                               0) == 0 &&
      zip_file_set_dostime(archive, static_cast<zip_uint64_t>(index), midnight, first_of_january_1980, 0) == 0;
  if (!fine) throw std::runtime_error(fmt::format("cannot make an npz file: {}", zip_strerror(archive)));
}

void write_archive(std::FILE* file, const std::vector<RowSource>& arrays, bool compress) {
  Failure failure;
  Output output(file, failure);
  std::vector<std::unique_ptr<Member>> members;  // outlive the archive, which reads them when it is closed
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_function_create(Output::call, &output, &error);
  std::unique_ptr<zip_t, Discard> archive(target ? zip_open_from_source(target, ZIP_CREATE | ZIP_TRUNCATE, &error)
                                                 : nullptr);
  if (!archive) {
    if (target) zip_source_free(target);
    throw std::runtime_error(fmt::format("cannot make an npz file: {}", zip_error_strerror(&error)));
  }
  for (const RowSource& array : arrays) {
    members.push_back(std::make_unique<Member>(array, failure));
    add_member(archive.get(), array.name + ".npy", *members.back(), compress);
  }
  if (zip_close(archive.get()) == 0) {
    (void)archive.release();
    return;
  }
  const std::string reason = zip_strerror(archive.get());
  archive.reset();
  if (failure.exception) std::rethrow_exception(failure.exception);
  errno = failure.system;  // write_file says what it means
  if (!std::ferror(file)) throw std::runtime_error("cannot make an npz file: " + reason);
}

}  // namespace

void write_npz(const std::filesystem::path& path, const std::vector<RowSource>& arrays, bool compress) {
  std::set<std::string> seen;
  for (const RowSource& array : arrays)
    if (array.name.empty() || !seen.insert(array.name).second)
      throw std::invalid_argument(fmt::format("an npz file with two arrays '{}'", array.name));
  // libzip makes no archive without members: an end record alone (APPNOTE.TXT 4.3.16).
  if (arrays.empty()) return write_file(path, "PK\x05\x06" + std::string(18, '\0'));
  write_file(path, [&](std::FILE* file) { write_archive(file, arrays, compress); });
}

void write_npz(const std::filesystem::path& path, const NamedArrays& arrays, bool compress) {
  std::vector<RowSource> sources;
  for (const auto& [name, array] : arrays) sources.push_back(RowSource::of(name, array));
  write_npz(path, sources, compress);
}

}  // namespace teasel
