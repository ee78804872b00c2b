#include "teasel/core/picture_file.hpp"

#include <fmt/format.h>
#include <jerror.h>
#include <jpeglib.h>
#include <png.h>

#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/mapped_file.hpp"

namespace teasel {
namespace {

// A block of 8x8 pixels takes at least one bit for its mean, so a byte makes at most 512 pixels.
constexpr int64_t most_pixels_per_byte = 512;
constexpr int64_t most_pixels = int64_t{1} << 28;
// A scan of a dozen bytes goes through all pixels once more. Sound progressive files have about ten.
constexpr int most_scans = 500;

// What libjpeg's callbacks see. Errors come by longjmp, which must not leap over objects with destructors: these live
// outside of the functions that call setjmp.
struct Job {
  jpeg_error_mgr errors;  // first: libjpeg gives its address back
  std::jmp_buf escape;
  char message[JMSG_LENGTH_MAX] = {};
};

[[noreturn]] void on_error(j_common_ptr jpeg) {
  Job& job = *reinterpret_cast<Job*>(jpeg->err);
  jpeg->err->format_message(jpeg, job.message);
  std::longjmp(job.escape, 1);
}

// libjpeg only warns of damage and of files cut short and goes on with grey: here they are errors. What does not change
// a pixel is let pass.
void on_message(j_common_ptr jpeg, int level) {
  const int code = jpeg->err->msg_code;
  if (level < 0 && code != JWRN_EXTRANEOUS_DATA && code != JWRN_ADOBE_XFORM && code != JWRN_JFIF_MAJOR) on_error(jpeg);
}

void on_progress(j_common_ptr jpeg) {
  if (reinterpret_cast<j_decompress_ptr>(jpeg)->input_scan_number <= most_scans) return;
  Job& job = *reinterpret_cast<Job*>(jpeg->err);
  std::snprintf(job.message, sizeof job.message, "it has more than %d scans", most_scans);
  std::longjmp(job.escape, 1);
}

struct Decoder {
  Decoder() {
    jpeg.err = jpeg_std_error(&job.errors);
    job.errors.error_exit = on_error;
    job.errors.emit_message = on_message;
    progress.progress_monitor = on_progress;
  }
  ~Decoder() { jpeg_destroy_decompress(&jpeg); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  Job job;
  jpeg_progress_mgr progress{};
  jpeg_decompress_struct jpeg{};
};

bool read_header(Decoder& d, std::string_view content) {
  if (setjmp(d.job.escape)) return false;
  jpeg_create_decompress(&d.jpeg);
  d.jpeg.progress = &d.progress;
  jpeg_mem_src(&d.jpeg, reinterpret_cast<const unsigned char*>(content.data()), content.size());
  jpeg_read_header(&d.jpeg, TRUE);
  return true;
}

bool read_pixels(Decoder& d, uint8_t* pixels, size_t row_bytes) {
  if (setjmp(d.job.escape)) return false;
  d.jpeg.out_color_space = d.jpeg.jpeg_color_space == JCS_GRAYSCALE ? JCS_GRAYSCALE : JCS_RGB;
  d.jpeg.dct_method = JDCT_ISLOW;
  jpeg_start_decompress(&d.jpeg);
  while (d.jpeg.output_scanline < d.jpeg.output_height) {
    JSAMPROW row = pixels + d.jpeg.output_scanline * row_bytes;
    jpeg_read_scanlines(&d.jpeg, &row, 1);
  }
  jpeg_finish_decompress(&d.jpeg);
  return true;
}

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& reason) {
  throw Error(fmt::format("'{}' is no readable JPEG file: {}", path.string(), reason),
              "Convert the picture to PNG, or fetch it again.");
}

PictureSize checked_header(Decoder& d, std::string_view content, const std::filesystem::path& path) {
  if (!read_header(d, content)) fail(path, d.job.message);
  const J_COLOR_SPACE space = d.jpeg.jpeg_color_space;
  if (space == JCS_CMYK || space == JCS_YCCK)
    throw Error(fmt::format("'{}' holds CMYK colours", path.string()), "Convert it to RGB.");
  const int64_t pixels = int64_t{d.jpeg.image_width} * d.jpeg.image_height;
  if (pixels > most_pixels || pixels / most_pixels_per_byte > std::ssize(content))
    fail(path, fmt::format("{} x {} pixels are promised, more than the file can hold", d.jpeg.image_width,
                           d.jpeg.image_height));
  return {static_cast<int>(d.jpeg.image_width), static_cast<int>(d.jpeg.image_height), space == JCS_GRAYSCALE ? 1 : 3};
}

Picture decode_jpeg(std::string_view content, const std::filesystem::path& path) {
  Decoder decoder;
  const PictureSize size = checked_header(decoder, content, path);
  Picture picture(size.width, size.height, size.channels);
  if (!read_pixels(decoder, picture.pixels.data(),
                   static_cast<size_t>(size.width) * static_cast<size_t>(size.channels)))
    fail(path, decoder.job.message);
  return picture;
}

// The header of a PNG file has a fixed place (PNG specification, 11.2.2).
PictureSize png_size(std::string_view content, const std::filesystem::path& path) {
  if (content.size() < 33 || content.substr(12, 4) != "IHDR")
    throw Error(fmt::format("'{}' is no readable PNG file: its header is missing", path.string()),
                "Convert the picture to PNG, or fetch it again.");
  const auto* bytes = reinterpret_cast<png_const_bytep>(content.data());
  const uint32_t width = png_get_uint_32(bytes + 16), height = png_get_uint_32(bytes + 20);
  if (width == 0 || height == 0 || int64_t{width} * height > most_pixels || width > 1'000'000 || height > 1'000'000)
    throw Error(fmt::format("'{}' promises {} x {} pixels", path.string(), width, height),
                "Pictures of up to 268 million pixels are read.");
  return {static_cast<int>(width), static_cast<int>(height), bytes[25] & PNG_COLOR_MASK_COLOR ? 3 : 1};
}

// Whether a file that begins like this is PNG, or else JPEG; Error where it is neither.
bool is_png(std::string_view begin, const std::filesystem::path& path) {
  if (begin.starts_with("\x89PNG\r\n\x1a\n")) return true;
  if (begin.starts_with("\xff\xd8\xff")) return false;
  throw Error(fmt::format("'{}' is neither a PNG nor a JPEG file", path.string()), "Convert the picture to PNG.");
}

}  // namespace

PictureSize read_picture_size(const std::filesystem::path& path) {
  const MappedFile file(path);  // so that no more is read than the header takes
  const std::string_view content(reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size());
  if (is_png(content, path)) return png_size(content, path);
  Decoder decoder;
  return checked_header(decoder, content, path);
}

Picture read_picture(const std::filesystem::path& path) {
  const std::string content = read_file(path);
  if (!is_png(content, path)) return decode_jpeg(content, path);
  png_size(content, path);
  return decode_png(content, path);
}

}  // namespace teasel
