// Files of MNIST and Fashion-MNIST: single idx files, and folders of them.
#include "teasel/core/idx.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "teasel/data/check.hpp"
#include "teasel/data/readers/idx_set.hpp"

namespace teasel {
namespace {

namespace fs = std::filesystem;

// The published sets have 60,000 images for training and 10,000 for tests.
void check_file(const fs::path& path, CheckReport& report, int64_t published) {
  const Array array = read_idx(path);
  const bool images = array.shape.size() == 3;
  report.add("content", "bytes [N, 28, 28] or [N]",
             fmt::format("{} ({})", name_of(array.type), fmt::join(array.shape, ", ")),
             array.type == ArrayType::u8 &&
                 (array.shape.size() == 1 || (images && array.shape[1] == 28 && array.shape[2] == 28)));
  const int64_t count = array.shape[0];
  if (published > 0)
    report.compare("items", std::to_string(published), std::to_string(count));
  else
    report.add("items", "60000 or 10000", std::to_string(count), count == 60000 || count == 10000);
  if (array.shape.size() != 1) return;
  const std::vector<int64_t> labels = array.to_i64();
  const int64_t most = labels.empty() ? 0 : std::ranges::max(labels);
  report.add("labels", "0 to 9", fmt::format("up to {}", most), most <= 9);
}

void check_folder(const fs::path& path, CheckReport& report) {
  for (const auto& [split, published] : {std::pair{"train", 60000}, {"t10k", 10000}}) {
    const IdxPair pair = find_idx_pair(path.string(), split);
    if (pair.images.empty()) {
      report.add(fmt::format("files of '{}'", split), "images and labels", "absent", false);
      continue;
    }
    for (const std::string& file : {pair.images, pair.labels}) {
      CheckReport part;
      part.attempt("content", [&] { check_file(file, part, published); });
      for (Finding& finding : part.findings) {
        finding.what = fs::path(file).filename().string() + ": " + finding.what;
        report.findings.push_back(std::move(finding));
      }
    }
  }
}

bool recognises(const fs::path& path, const std::vector<ArrayInfo>&) {
  if (fs::is_regular_file(path)) return is_idx(path);
  if (!fs::is_directory(path)) return false;
  return std::ranges::any_of(fs::directory_iterator(path), [](const fs::directory_entry& entry) {
    const std::string name = entry.path().filename().string();
    return entry.is_regular_file() &&
           (name.find("idx3") != std::string::npos || name.find("idx1") != std::string::npos);
  });
}

void check(const fs::path& path, const std::vector<ArrayInfo>&, CheckReport& report) {
  if (fs::is_directory(path))
    check_folder(path, report);
  else
    check_file(path, report, 0);
}

const RegisterKnownFile known{{"MNIST or Fashion-MNIST (idx)", recognises, check}};

}  // namespace
}  // namespace teasel
