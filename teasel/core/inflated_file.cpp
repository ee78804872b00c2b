#include "teasel/core/inflated_file.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>

#include "teasel/core/error.hpp"
#include "teasel/core/wire.hpp"

namespace teasel {
namespace {

// Deflate codes at most 258 bytes in 2 bits (RFC 1951).
constexpr int64_t most_expansion = 1032;

}  // namespace

// zlib reads plain files as they are, so one way serves both.
InflatedFile::InflatedFile(const std::filesystem::path& path) : where_(fmt::format("'{}'", path.string())) {
  most_ = open_source(path).left * most_expansion;  // its messages name what is wrong with the path
  file_.reset(::gzopen(path.c_str(), "rbe"));
  if (!file_) throw Error(fmt::format("cannot read {}", where_), "Check the file and its permissions.");
  ::gzbuffer(file_.get(), 1 << 18);
}

void InflatedFile::Close::operator()(gzFile_s* file) const { ::gzclose(file); }

size_t InflatedFile::read(std::span<std::byte> to) {
  size_t done = 0;
  while (done < to.size()) {
    const auto some = static_cast<unsigned>(std::min<size_t>(to.size() - done, 1 << 30));
    const int count = ::gzread(file_.get(), to.data() + done, some);
    int code = Z_OK;
    const char* message = ::gzerror(file_.get(), &code);
    if (count < 0 || (code != Z_OK && code != Z_STREAM_END))
      throw Error(fmt::format("cannot read {}: {}", where_, message),
                  "The file was cut off or damaged on the way: fetch it again.");
    if (count == 0) break;
    done += static_cast<size_t>(count);
  }
  return done;
}

}  // namespace teasel
