#include "teasel/data/readers/stored_grid.hpp"

#include <fmt/format.h>

#include <cstring>
#include <filesystem>
#include <numeric>
#include <stdexcept>

#include "teasel/core/error.hpp"
#include "teasel/data/gathering.hpp"
#include "teasel/data/pixels.hpp"

namespace teasel {

void StoredGrid::set_up(DataSpec spec, StoredImages images) {
  if (static_cast<int64_t>(images.bytes.size()) != spec.size * spec.fields.at(0).bytes())
    throw std::invalid_argument("stored grid: the images do not fill the grid");
  spec_ = std::move(spec);
  images_ = std::move(images);
}

void StoredGrid::gather(std::span<const int64_t> index, size_t field, Draw, std::span<std::byte> out) const {
  check_gather(spec_, index, field, out);
  const auto bytes = static_cast<size_t>(spec_.fields[0].bytes());
  for (size_t i = 0; i < index.size(); ++i) {
    const auto item = images_.bytes.subspan(static_cast<size_t>(index[i]) * bytes, bytes);
    if (images_.interleaved)
      to_planes(item, spec_.fields[0].shape[0], 1, out.subspan(i * bytes, bytes));
    else
      std::memcpy(out.data() + i * bytes, item.data(), bytes);
  }
}

FactorSpec numbered_factor(std::string name, int64_t classes) {
  FactorSpec factor{.name = std::move(name)};
  factor.values.resize(static_cast<size_t>(classes));
  std::iota(factor.values.begin(), factor.values.end(), 0.0);
  return factor;
}

std::string find_published(const PublishedFile& wanted, const std::string& path) {
  namespace fs = std::filesystem;
  if (path.empty())
    throw Error(fmt::format("data set '{}' needs the published file {}", wanted.set, wanted.file),
                fmt::format("Set data.path to it, or to its folder. {}", wanted.source));
  const fs::path file = fs::is_directory(path) ? fs::path(path) / wanted.file : fs::path(path);
  if (!fs::exists(file))
    throw Error(fmt::format("there is no file '{}'", file.string()),
                fmt::format("data.path is the published file {}, or its folder. {}", wanted.file, wanted.source));
  return file.string();
}

}  // namespace teasel
