// smallNORB (LeCun, Huang and Bottou 2004): a folder with its binary matrices.
#include <fmt/format.h>

#include <set>

#include "teasel/data/check.hpp"
#include "teasel/data/readers/smallnorb_files.hpp"

namespace teasel {
namespace {

void check_half(const std::filesystem::path& folder, const std::string& half, CheckReport& report) {
  const SmallnorbFiles files = find_smallnorb(folder, half);
  const std::vector<SmallnorbLabels> labels = read_smallnorb_labels(files);
  report.compare(half + ": images", std::to_string(smallnorb_images), std::to_string(labels.size()));
  const std::set<SmallnorbLabels> different(labels.begin(), labels.end());
  report.compare(half + ": different labels", std::to_string(smallnorb_images), std::to_string(different.size()));
  BinaryMatrix images = open_smallnorb_images(files, std::ssize(labels));
  std::vector<std::byte> pair(static_cast<size_t>(images.row_elements()));
  for (size_t i = 0; i < labels.size(); ++i) images.read_next(pair);
  images.expect_end();
  report.add(half + ": pixels", "pairs of 96 x 96", "as expected", true);
}

void check(const std::filesystem::path& path, const std::vector<ArrayInfo>&, CheckReport& report) {
  for (const char* half : {"training", "testing"}) report.attempt(half, [&] { check_half(path, half, report); });
}

const RegisterKnownFile known{
    {"smallNORB (LeCun, Huang and Bottou 2004)",
     [](const std::filesystem::path& path, const std::vector<ArrayInfo>&) { return has_smallnorb(path); }, check}};

}  // namespace
}  // namespace teasel
